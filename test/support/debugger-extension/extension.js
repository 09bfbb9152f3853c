// A debug adapter in the extension host, as small as the Debug Adapter Protocol allows: it starts a program, or attaches
// to the one that the configuration names, tells its process id, stops, and shows one frame with the configuration's
// variables. Never part of the package.
const { spawn } = require('node:child_process');
const vscode = require('vscode');

class Adapter {
  #emitter = new vscode.EventEmitter();
  #sequence = 1;
  #child;
  #variables = [];
  onDidSendMessage = this.#emitter.event;

  handleMessage(request) {
    if (request.type !== 'request') return;
    this.#send({
      type: 'response',
      request_seq: request.seq,
      command: request.command,
      success: true,
      body: this.#answer(request.command, request.arguments),
    });
    if (request.command === 'launch' || request.command === 'attach') this.#event('initialized');
    if (request.command === 'configurationDone') this.#event('stopped', { reason: 'pause', threadId: 1 });
    if (request.command === 'disconnect') this.#event('terminated');
  }

  dispose() {
    this.#child?.kill('SIGKILL');
    this.#emitter.dispose();
  }

  #answer(command, { program, variables = [], tells = {} } = {}) {
    switch (command) {
      case 'initialize':
        return { supportsConfigurationDoneRequest: true };
      case 'launch':
      case 'attach': {
        this.#variables = variables;
        if (command === 'launch')
          this.#child = spawn(program[0], program.slice(1), { stdio: ['pipe', 'ignore', 'ignore'] });
        const told = { name: 'program', systemProcessId: this.#child?.pid, isLocalProcess: true, ...tells };
        if (command === 'launch') this.#event('process', told);
        return {};
      }
      case 'threads':
        return { threads: [{ id: 1, name: 'main' }] };
      case 'stackTrace':
        // VS Code goes into no frame without a source.
        return {
          stackFrames: [{ id: 1, name: 'main', line: 1, column: 1, source: { path: __filename } }],
          totalFrames: 1,
        };
      case 'scopes':
        return { scopes: [{ name: 'Locals', variablesReference: 1, expensive: false }] };
      case 'variables':
        return { variables: this.#variables.map((one) => ({ variablesReference: 0, ...one })) };
      default:
        return {};
    }
  }

  #event(event, body) {
    this.#send({ type: 'event', event, body });
  }

  #send(message) {
    this.#emitter.fire({ seq: this.#sequence++, ...message });
  }
}

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory('memglass-test', {
      createDebugAdapterDescriptor: () => new vscode.DebugAdapterInlineImplementation(new Adapter()),
    }),
  );
};
