import { readNewSegment } from '../../core/sharedMemory/newSegment.ts';
import type { SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import type { MadeSegment, NewSharedMemory, WhichSharedMemory } from '../../core/sharedMemory/sharedMemoryRequests.ts';
import { SourceError } from '../../core/sourceError.ts';
import { chooseObject, type FoundObject, type Services } from './chooseObject.ts';
import { createSegment } from './create.ts';
import { checkTrust, reach } from './objectCommand.ts';
import { hasNameToLose } from './remove.ts';
import { canChangeSize, resize } from './resize.ts';

/** The commands for other extensions: nothing is asked, and what goes wrong is a SourceError. */
export function sharedMemoryApi(services: Services) {
  const find = async (
    which: WhichSharedMemory,
    accepts: (object: SharedMemoryObject) => boolean,
  ): Promise<FoundObject> => {
    checkTrust();
    const found = await chooseObject(services, which, { accepts, placeholder: '' });
    if (found === undefined) throw new SourceError('gone');
    return found;
  };
  return {
    create: async (wanted: NewSharedMemory): Promise<MadeSegment> => {
      checkTrust();
      return await createSegment(readNewSegment({ ...wanted }), services);
    },
    resize: async (
      which: WhichSharedMemory,
      size: number | bigint | string,
      { reserve = true }: { readonly reserve?: boolean } = {},
    ): Promise<void> => {
      await resize(await find(which, canChangeSize), { size, reserve }, services);
    },
    unlink: async (which: WhichSharedMemory): Promise<void> => {
      const { object } = await find(which, hasNameToLose);
      await services.platform.sharedMemoryOperations.remove(reach(object));
    },
  };
}
