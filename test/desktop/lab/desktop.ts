import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { Journal } from './journal.ts';
import { Machine } from './machine.ts';
import { user } from './root.ts';
import { Shell } from './shell.ts';
import { suiteNamed } from './suites.ts';
import { untilIt } from './wait.ts';

/** The extension's name for GNOME. */
export const uuid = 'cloudtolocalllm@cloudtolocalllm.online';

/** Where the checkout is on the machine, as far as an installation needs it. */
export const checkout = `${user.home}/CloudToLocalLLM`;

export interface DesktopOptions {
  /** Whether our things are installed and switched on; else the desktop is as it comes. */
  readonly installed?: boolean;
  /** Whether GNOME Shell runs; a test of the broker alone can do without. */
  readonly shell?: boolean;
}

/** The desktop of a test file. */
export class Desktop {
  #machine: Machine | undefined;
  #shell: Shell | undefined;
  #journal: Journal | undefined;

  get machine(): Machine {
    return present(this.#machine, 'machine');
  }
  get shell(): Shell {
    return present(this.#shell, 'shell');
  }
  get journal(): Journal {
    return present(this.#journal, 'journal');
  }

  /** Boots it, and installs and starts what the options say. */
  async start({ installed = true, shell = true }: DesktopOptions): Promise<void> {
    const machine = await Machine.boot(suiteNamed(inject('suite')));
    this.#machine = machine;
    this.#journal = new Journal(machine);
    for (const path of ['dist', 'packaging', 'schemas', 'metadata.json', 'package.json']) {
      machine.give(new URL(`../../../${path}`, import.meta.url).pathname, `${checkout}/${path}`);
    }
    if (installed) await machine.asUser(['node', `${checkout}/packaging/home/install.mjs`], { limit: 60 });
    if (shell) this.#shell = await Shell.start(machine);
    if (installed && shell) await this.enableExtension();
  }

  /** Switches the extension on as a user does, and waits until GNOME says it is active. */
  async enableExtension(): Promise<void> {
    await this.machine.asUser(['gnome-extensions', 'enable', uuid]);
    await untilIt(
      'the extension to be active',
      () => this.extensionState(),
      (state) => state === 1,
    );
  }

  /** GNOME's number for the state of the extension: 1 active, 2 inactive, 3 error; 0 if GNOME doesn't know it. */
  async extensionState(): Promise<number> {
    const extensions = ['org.gnome.Shell', '/org/gnome/Shell', 'org.gnome.Shell.Extensions'];
    const call = ['busctl', '--user', '--json=short', 'call', ...extensions, 'GetExtensionInfo', 's', uuid];
    const { data } = JSON.parse(await this.machine.asUser(call)) as { data: [{ state?: { data: number } }] };
    return data[0].state?.data ?? 0;
  }

  /** Shuts it down. */
  async stop(): Promise<void> {
    await this.#machine?.halt();
  }
}

/**
 * Gives a test file a desktop of its own, from the suite that is being tested. After each test its journal must hold no
 * complaint of ours; when a test fails, a picture shows what was on the screen.
 */
export function useDesktop(options: DesktopOptions = {}): Desktop {
  const desktop = new Desktop();
  beforeAll(() => desktop.start(options));
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail' && options.shell !== false) await desktop.shell.picture(`failed ${task.name}`);
    expect(await desktop.journal.complaints(), 'what the journal says about us').toEqual([]);
  });
  afterAll(() => desktop.stop());
  return desktop;
}

function present<T>(thing: T | undefined, name: string): T {
  if (thing === undefined) throw new Error(`This desktop has no ${name}: it was started without, or not yet.`);
  return thing;
}
