import { writeFileSync } from 'node:fs';
import type { Machine } from './machine.ts';
import { user } from './root.ts';
import { until } from './wait.ts';

const opened = `${user.home}/opened`;

/** Keeps the address that it is started with, where a browser would show it. */
const entry = `[Desktop Entry]
Type=Application
Name=Browser
Exec=sh -c 'printf %%s "$0" >${opened}' %u
MimeType=x-scheme-handler/http;x-scheme-handler/https;
`;

const preferred = `[Default Applications]
x-scheme-handler/http=browser.desktop
x-scheme-handler/https=browser.desktop
`;

/** Stands where the desktop's browser is: the desktop starts it, and the test does what a person would do in it. */
export class DesktopBrowser {
  constructor(private readonly machine: Machine) {}

  /** Makes it the desktop's browser. */
  async install(): Promise<void> {
    await this.machine.asUser(['mkdir', '-p', '.local/share/applications', '.config']);
    writeFileSync(this.machine.path(`${user.home}/.local/share/applications/browser.desktop`), entry);
    writeFileSync(this.machine.path(`${user.home}/.config/mimeapps.list`), preferred);
  }

  /** Waits until an address has been opened, and returns that, once. */
  async address(): Promise<string> {
    const read = async (): Promise<string> => (await this.machine.tryAsUser(['cat', opened])).stdout;
    const address = await until('an address in the browser', read);
    await this.machine.asUser(['rm', opened]);
    return address;
  }
}
