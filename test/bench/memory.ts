import { readFileSync } from 'node:fs';

/** Memory of a process, in MB of 1,000,000 bytes: its own (RssAnon), and all that is resident. */
export interface Memory {
  readonly own: number;
  readonly resident: number;
}

/** What Linux says of a process's memory now (proc_pid_status(5)). */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string): number =>
    (Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  return { own: megabytes('RssAnon'), resident: megabytes('VmRSS') };
}
