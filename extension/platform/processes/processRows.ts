/** The addon's table of processes as the rows of a list, in steps: see inSlices. */
import type { NameColumn, ProcessTable } from '../../../native/index.d.ts';
import type { ProcessSummary } from '../../core/processes/processSummary.ts';

/** A row costs a few microseconds. */
const rowsOfStep = 200;

export function* processRows(table: ProcessTable): Generator<undefined, readonly ProcessSummary[]> {
  const rows: ProcessSummary[] = [];
  for (let row = 0; row < table.count; row++) {
    const executable = nameAt(table.executables, row);
    rows.push({
      pid: table.pids[row] ?? 0,
      startTime: table.startTimes[row] ?? 0,
      parentPid: table.parents[row] ?? 0,
      uid: table.uids[row] ?? 0,
      state: String.fromCharCode(table.states[row] ?? 0),
      kernelThread: table.kernelThreads[row] === 1,
      threads: table.threads[row] ?? 0,
      resident: table.residents[row] ?? 0,
      name: nameAt(table.names, row),
      args: [...argsOf(nameAt(table.commands, row))],
      executable: executable.length === 0 ? undefined : executable,
      // The link to the executable asks for the same right as the regions do.
      mayLook: table.executableErrors[row] === 0 && table.kernelThreads[row] !== 1,
    });
    if (rows.length % rowsOfStep === 0) yield;
  }
  return rows;
}

/** A copy: a view of the column would keep all of it. */
function nameAt({ bytes, offsets }: NameColumn, row: number): Uint8Array {
  return bytes.slice(offsets[row], offsets[row + 1]);
}

/** Each argument is ended by a NUL; a program that has written its title there may leave many, or none. */
function* argsOf(command: Uint8Array): Generator<Uint8Array> {
  let end = command.length;
  while (end > 0 && command[end - 1] === 0) end--;
  for (let start = 0; start < end; ) {
    const nul = command.indexOf(0, start);
    const stop = nul < 0 || nul > end ? end : nul;
    yield command.subarray(start, stop);
    start = stop + 1;
  }
}
