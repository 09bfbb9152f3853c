/** Where debug adapters and configurations tell of the process that is debugged. All of it comes from outside. */

export interface DebuggeeHint {
  readonly pid: number;
  /** The greater one is believed: what a launcher in a terminal is, is less than what the adapter says. */
  readonly certainty: number;
}

/** `processId` of the adapters for C++, C#, Go, Node and Python; `pid` of those by LLDB, GDB and for Rust. */
export function hintOfConfiguration(configuration: Readonly<Record<string, unknown>>): DebuggeeHint | undefined {
  const { request, processId, pid } = configuration;
  const isElsewhere = ['pipeTransport', 'sshTarget', 'remote', 'miDebuggerServerAddress'].some(
    (key) => key in configuration,
  );
  return request === 'attach' && !isElsewhere ? hint(processId ?? pid, 2) : undefined;
}

/** The event `process` of an adapter, and the answer to `runInTerminal`, by the Debug Adapter Protocol. */
export function hintOfMessage(message: unknown): DebuggeeHint | undefined {
  const { type, event, command, success, body } = fieldsOf(message);
  const { systemProcessId, isLocalProcess, processId } = fieldsOf(body);
  if (type === 'event' && event === 'process') return isLocalProcess === false ? undefined : hint(systemProcessId, 3);
  if (type === 'response' && command === 'runInTerminal' && success === true) return hint(processId, 1);
  return undefined;
}

function hint(value: unknown, certainty: number): DebuggeeHint | undefined {
  const pid = typeof value === 'string' && /^[0-9]{1,10}$/.test(value) ? Number(value) : value;
  const isPid = typeof pid === 'number' && Number.isInteger(pid) && pid > 0 && pid <= 0x7fff_ffff;
  return isPid ? { pid, certainty } : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
