/** The elements of the Shared Memory view: what its commands get as their argument. */
import {
  type ObjectDescriptor,
  type ObjectMapping,
  type ObjectUser,
  objectKey,
  type SharedMemoryClass,
  type SharedMemoryObject,
} from '../../core/sharedMemory/sharedMemory.ts';

export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
  readonly group: SharedMemoryClass;
}

/** Stays the same element as long as the object is there; `object` is as it was last seen. */
export interface ObjectNode {
  readonly kind: 'object';
  readonly id: string;
  readonly object: SharedMemoryObject;
}

/** A process that uses an object, or (below a process with several) one of its mappings or descriptors. */
export interface UserNode {
  readonly kind: 'user';
  readonly id: string;
  readonly object: SharedMemoryObject;
  readonly user: ObjectUser;
  /** The one that this node stands for; the first where it stands for all. */
  readonly mapping?: ObjectMapping | undefined;
  readonly descriptor?: ObjectDescriptor | undefined;
  /** Whether it stands for the process with all that it has of the object. */
  readonly isProcess: boolean;
}

export interface NoteNode {
  readonly kind: 'note';
  readonly id: string;
  readonly text: string;
  readonly object: SharedMemoryObject | undefined;
}

export type SharedMemoryNode = GroupNode | ObjectNode | UserNode | NoteNode;

export function objectNode(object: SharedMemoryObject): ObjectNode {
  return { kind: 'object', id: objectKey(object.identity), object };
}

export function userNodes(object: SharedMemoryObject): readonly UserNode[] {
  return object.users.map((user): UserNode => {
    const [[mapping], [descriptor]] = [user.mappings, user.descriptors];
    return { kind: 'user', id: userId(object, user), object, user, mapping, descriptor, isProcess: true };
  });
}

/** Each mapping and descriptor of a process that has more than one; nothing for others. */
export function holdNodes({ object, user, isProcess }: UserNode): readonly UserNode[] {
  if (!isProcess || user.mappings.length + user.descriptors.length < 2) return [];
  const node = (id: string, held: Pick<UserNode, 'mapping' | 'descriptor'>): UserNode => ({
    kind: 'user',
    id: `${userId(object, user)}/${id}`,
    object,
    user,
    ...held,
    isProcess: false,
  });
  return [
    ...user.mappings.map((mapping) => node(mapping.start.toString(16), { mapping })),
    ...user.descriptors.map((descriptor) => node(`fd ${descriptor.fd}`, { descriptor })),
  ];
}

function userId(object: SharedMemoryObject, { process }: ObjectUser): string {
  return `${objectKey(object.identity)}/${process.pid}:${process.startTime}`;
}

/** Whether a command was given an element of the view, and not something made by hand. */
export function isNode(argument: unknown): argument is SharedMemoryNode {
  return typeof argument === 'object' && argument !== null && 'kind' in argument && 'id' in argument;
}
