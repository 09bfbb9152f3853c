/** What is filled, and with what: two questions of every kind of fill. */
import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import { parseHexBytes } from '../../core/expressions/hexBytes.ts';
import { formatCount } from '../../core/expressions/numbers.ts';
import type { OffsetContext } from '../../core/expressions/offsetExpression.ts';
import { parseRange } from '../../core/expressions/rangeExpression.ts';
import { sentenceForProblem } from '../going/offsetProblems.ts';
import { sentenceForHex } from '../sharedMemory/inputProblems.ts';
import { askText, type ReadText, runSteps, type Step } from './askSteps.ts';

export interface FillQuestions {
  readonly title: string;
  /** What the first question begins with. */
  readonly range: string;
  /** What a range may look like. */
  readonly placeholder: string;
  /** What ranges are told in. */
  context(): OffsetContext;
  /** A place of the range in words. */
  placeText(offset: number): string;
  /** Why a range may not be filled; undefined where it may. */
  whyNot?(range: ByteRange): string | undefined;
}

export interface WantedFill {
  readonly range: ByteRange;
  /** Repeated to the end of the range. */
  readonly pattern: Uint8Array<ArrayBuffer>;
}

/** Undefined where the user left. */
export async function askFill(questions: FillQuestions): Promise<WantedFill | undefined> {
  let range: ByteRange = { offset: 0, length: 0 };
  let typedRange = questions.range;
  let pattern = new Uint8Array(0);
  let typedPattern = '';
  const steps: readonly Step[] = [
    (place) =>
      askText(place, {
        prompt: vscode.l10n.t('Range to fill'),
        placeholder: questions.placeholder,
        value: typedRange,
        read: (text) => readRange(questions, text),
        answer: (value, text) => {
          range = value;
          typedRange = text;
        },
      }),
    (place) =>
      askText(place, {
        prompt: vscode.l10n.t('Bytes in hex, repeated to the end of the range'),
        placeholder: '00',
        value: typedPattern,
        read: readHex,
        answer: (value, text) => {
          pattern = Uint8Array.from(value);
          typedPattern = text;
        },
      }),
  ];
  return (await runSteps(questions.title, () => steps)) ? { range, pattern } : undefined;
}

/** Bytes typed in hex. */
export const readHex: ReadText<Uint8Array> = (text) => {
  const result = parseHexBytes(text);
  return result.ok ? { ok: true, value: result.bytes } : { ok: false, why: sentenceForHex(result) };
};

function readRange(questions: FillQuestions, text: string): ReturnType<ReadText<ByteRange>> {
  const result = parseRange(text, questions.context());
  if (!result.ok) return { ok: false, why: sentenceForProblem(result.problem) };
  const why = questions.whyNot?.(result.range);
  if (why !== undefined) return { ok: false, why };
  const { offset, length } = result.range;
  const words = vscode.l10n.t(
    '{0} to {1}, {2} bytes',
    questions.placeText(offset),
    questions.placeText(offset + length - 1),
    formatCount(length),
  );
  return { ok: true, value: result.range, words };
}
