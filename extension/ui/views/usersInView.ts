import * as vscode from 'vscode';
import type { ByteSource } from '../../core/byteSource.ts';
import { isSourceOf } from '../../core/sharedMemory/sharedMemoryRef.ts';
import { refOfPath, type SourceRef } from '../../core/sourceRef.ts';
import type { SharedMemoryLook, SharedMemoryLookout } from '../../platform/sharedMemory/sharedMemoryLookout.ts';

/** Milliseconds between two looks: who maps an object changes seldom, and finding out means looking into all processes. */
const every = 10_000;

/** Who maps what a view shows, for its header: looked for while the view shows, and only where it can be shared memory. */
export class UsersInView implements vscode.Disposable {
  readonly #lookout: Pick<SharedMemoryLookout, 'look'>;
  readonly #ref: SourceRef;
  readonly #canBeShared: boolean;
  readonly #changed: () => void;
  #words: string | undefined;
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `changed` is called when `words` are others. */
  constructor(
    lookout: Pick<SharedMemoryLookout, 'look'>,
    { ref, details }: Pick<ByteSource, 'ref' | 'details'>,
    changed: () => void,
  ) {
    this.#lookout = lookout;
    this.#ref = ref;
    this.#canBeShared = ref.kind === 'file' ? refOfPath(ref.path).kind === 'posixShm' : details?.sharing !== 'private';
    this.#changed = changed;
  }

  get words(): string | undefined {
    return this.#words;
  }

  begin(): void {
    this.end();
    if (this.#canBeShared) void this.#look(this.#turn);
  }

  end(): void {
    this.#turn++;
    clearTimeout(this.#timer);
  }

  dispose(): void {
    this.end();
  }

  async #look(turn: number): Promise<void> {
    const look = await this.#lookout.look().catch(() => undefined);
    if (turn !== this.#turn) return;
    const words = look === undefined ? this.#words : usersText(this.#ref, look);
    if (words !== this.#words) {
      this.#words = words;
      this.#changed();
    }
    this.#timer = setTimeout(() => void this.#look(turn), every);
  }
}

/** Undefined for what is no shared memory. */
function usersText(ref: SourceRef, { objects, sight }: SharedMemoryLook): string | undefined {
  const object = objects.find((one) => isSourceOf(ref, one));
  if (object === undefined) return undefined;
  const count = object.users.filter(({ mappings }) => mappings.length > 0).length;
  if (count === 1) return vscode.l10n.t('1 process maps this');
  if (count > 1) return vscode.l10n.t('{0} processes map this', count);
  const isHidden = sight.notSeen.noPermission + sight.notSeen.failed > 0 || !sight.allProcessesListed;
  const isAttached = object.class === 'sysv' && object.unseenAttachments > 0;
  if (isAttached) return vscode.l10n.t('processes not visible to you map this');
  return isHidden ? vscode.l10n.t('nobody seen maps this') : vscode.l10n.t('nobody maps this');
}
