// Runs test/vscode inside the extension host of a real VS Code, with the extension from this folder. An argument
// is a part of the titles to run. The last line of the output is "N passed, N failed, N skipped".
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchBrowser, pagePatience } from './browser.ts';
import { type Counts, writeCounts } from './counts.ts';
import { debuggerExtension, root, screenshots } from './paths.ts';
import { VSCode } from './vscode.ts';

/** Milliseconds without a word of any test until the run counts as hung: no test may take as long, however many there are. */
const limit = 1_200_000;

interface Report extends Counts {
  readonly failures: readonly { readonly title: string; readonly error: string }[];
}

async function runTests(reportPath: string): Promise<Report> {
  const server = await VSCode.start({
    development: root,
    extensions: [debuggerExtension],
    tests: join(root, 'out/test/vscode/index.cjs'),
    environment: {
      MEMGLASS_TEST_REPORT: reportPath,
      MEMGLASS_TEST_FILTER: process.argv[2] ?? '',
    },
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    // VS Code's web workbench calls these two, if they are there, while tests run.
    const log: string[] = [];
    let saidAt = performance.now();
    await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
      const line = args.map(String).join(' ');
      // Everything of VS Code's own comes here too; it is wanted only when something went wrong.
      if (!line.startsWith('[test] ')) {
        log.push(`[${type}] ${line}`);
        return;
      }
      saidAt = performance.now();
      console.log(line.slice('[test] '.length));
    });
    const ended = new Promise<string>((done) => {
      void page.exposeFunction('codeAutomationExit', (code: number) => done(`it ended with code ${code}`));
    });
    const silent = async () => {
      for (let left = limit; left > 0; left = saidAt + limit - performance.now()) {
        await sleep(left, undefined, { ref: false });
      }
      return `no test said a word for ${limit / 1000} s`;
    };
    await page.goto(server.newWindow().address, { waitUntil: 'commit', timeout: pagePatience });
    const why = await Promise.race([ended, silent()]);
    // A crashed host ends with code 0, so only the report counts.
    if (existsSync(reportPath)) return JSON.parse(readFileSync(reportPath, 'utf8'));
    mkdirSync(screenshots, { recursive: true });
    const trace = join(screenshots, 'failed-vscode-tests');
    await page.screenshot({ path: `${trace}.png` });
    writeFileSync(`${trace}.log`, `${log.join('\n')}\n${server.logs()}`);
    throw new Error(`The extension host left no report; ${why}. See ${trace}.png and .log.`);
  } finally {
    await browser.close();
    await server.stop();
  }
}

if (!existsSync(join(root, 'dist/extension.cjs')))
  console.log('There is no dist/extension.cjs: "npm run build" makes it.');
const reportPath = join(root, 'out/test/vscode/report.json');
rmSync(reportPath, { force: true });
try {
  const report = await runTests(reportPath);
  for (const { title, error } of report.failures) console.log(`\nFAILED ${title}\n${error}`);
  writeCounts(report);
  if (report.failed > 0) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
