import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the old program kept its files. */
export function oldFolder(environment: NodeJS.ProcessEnv): string {
  return join(environment.HOME ?? homedir(), '.cloudtolocalllm');
}
