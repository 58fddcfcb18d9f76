import type { Machine } from './machine.ts';

/** What busctl prints for a call that returns a boolean and a string. */
interface EvalReply {
  readonly data: readonly [boolean, string];
}

/**
 * Runs JavaScript inside the running GNOME Shell and returns its value. For looking and pressing only: what a test does
 * to the code under test, it does as a person would.
 * @param code the body of an async function; `Main`, `St`, `Clutter`, `Gio`, `GLib` and `Atk` are there
 * @param values handed to the code by name, as JSON
 * @throws Error when the shell doesn't answer or the code throws, with what it threw
 */
export async function evaluate<T>(machine: Machine, code: string, values: Record<string, unknown> = {}): Promise<T> {
  const given = Object.entries(values).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
  const whole = `(async () => {
    const Main = await import('resource:///org/gnome/shell/ui/main.js');
    const { Atk, Clutter, Gio, GLib, St } = imports.gi;
    ${given.join('\n')}
    ${code}
  })()`;
  const shell = ['org.gnome.Shell', '/org/gnome/Shell', 'org.gnome.Shell', 'Eval', 's'];
  const printed = await machine.asUser(['busctl', '--user', '--json=short', 'call', ...shell, whole]);
  const [fine, text] = (JSON.parse(printed) as EvalReply).data;
  if (!fine) throw new Error(`In the shell: ${text}\n${code}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
