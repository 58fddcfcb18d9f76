import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

import { SOCKET_NAME } from '../../broker/contract.js';
import type { UnitFiles } from '../../broker/unitFiles.js';
import { readText, writeText } from '../files.js';
import { DEFAULT_PORT, portAmong, portDropIn } from './port.js';

/** Another program listens at a port that was wanted. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';

  constructor(readonly port: number) {
    super(`port ${port} is taken`);
  }
}

/**
 * The port of the service's socket unit. Another one than the unit's own is written beside the unit, from here: the
 * service itself can't write there.
 */
export class SocketPort {
  readonly #units: UnitFiles;
  readonly #file = Gio.File.new_build_filenamev([
    GLib.get_user_config_dir(),
    'systemd/user',
    `${SOCKET_NAME}.d`,
    'address.conf',
  ]);

  /** @param units - the user's systemd */
  constructor(units: UnitFiles) {
    this.#units = units;
  }

  /** The port that the unit has, 0 if there is no such unit. */
  async current(): Promise<number> {
    return portAmong(await this.#units.listensAt(SOCKET_NAME));
  }

  /** Whether the unit couldn't open its port: another program, or another user of this machine, has it. */
  async isTaken(): Promise<boolean> {
    return this.#units.hasFailed(SOCKET_NAME);
  }

  /**
   * Has the unit listen at another port, and the service with it if it runs. If that can't be, all is as before.
   *
   * @throws {PortTaken} before anything has changed; {@link JobFailed}, or errors of GIO's
   */
  async change(port: number): Promise<void> {
    if (port === (await this.current())) return;
    if (!isFree(port)) throw new PortTaken(port);
    const before = await this.#read();
    try {
      await this.#write(port === DEFAULT_PORT ? null : portDropIn(port));
      await this.#restart();
    } catch (error) {
      await this.#write(before);
      await this.#restart();
      throw error;
    }
  }

  async #restart(): Promise<void> {
    await this.#units.reload();
    await this.#units.restart(SOCKET_NAME);
  }

  async #read(): Promise<string | null> {
    try {
      return await readText(this.#file);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** Writes the file beside the unit, or removes it. */
  async #write(text: string | null): Promise<void> {
    if (text === null) {
      await this.#remove();
      return;
    }
    GLib.mkdir_with_parents(this.#file.get_parent()?.get_path() ?? '', 0o755);
    await writeText(this.#file, text);
  }

  #remove(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#file.delete_async(GLib.PRIORITY_DEFAULT, null, (_file, result) => {
        try {
          this.#file.delete_finish(result);
          resolve();
        } catch (error) {
          if (isMissing(error)) resolve();
          else reject(error);
        }
      });
    });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof GLib.Error && error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.NOT_FOUND);
}

/** Whether nobody listens at a port of this machine. */
function isFree(port: number): boolean {
  const socket = Gio.Socket.new(Gio.SocketFamily.IPV4, Gio.SocketType.STREAM, Gio.SocketProtocol.TCP);
  try {
    // The port of connections that have just ended may be used again, as systemd does.
    return socket.bind(Gio.InetSocketAddress.new_from_string('127.0.0.1', port), true);
  } catch (error) {
    if (error instanceof GLib.Error && error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.ADDRESS_IN_USE)) return false;
    throw error;
  } finally {
    socket.close();
  }
}
