export const root: string;
export const codeServerVersion: string;
export const codeServerFolder: string;
export function findBrowser(): string | undefined;
export function cleanEnvironment(): NodeJS.ProcessEnv;
export function setup(): void;
export function setupForScript(): boolean;
