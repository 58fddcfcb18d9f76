import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

import type { Failure } from './contract.js';

/** One method call on the bus. */
export interface Call {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly method: string;
  readonly parameters?: GLib.Variant;
  /** Milliseconds until nobody waits for the answer any more; GIO's own 25 seconds if not given. */
  readonly timeout?: number;
  /** Whether the person may be asked for a password, if that is what it takes. For services that always run. */
  readonly interactive?: boolean;
}

/**
 * Calls a method without ever starting its service by that, and promises the reply.
 * Errors are those of GIO, with the remote error's name taken out of the message.
 */
export function call(bus: Gio.DBusConnection, request: Call, cancellable: Gio.Cancellable): Promise<GLib.Variant> {
  return new Promise((resolve, reject) => {
    bus.call(
      request.destination,
      request.path,
      request.interface,
      request.method,
      request.parameters ?? null,
      null,
      request.interactive ? Gio.DBusCallFlags.ALLOW_INTERACTIVE_AUTHORIZATION : Gio.DBusCallFlags.NO_AUTO_START,
      request.timeout ?? -1,
      cancellable,
      (_bus, result) => {
        try {
          resolve(bus.call_finish(result));
        } catch (error) {
          reject(error);
        }
      },
    );
  });
}

/** Whether a call ended because its caller went away, which is nobody's problem. */
export function isCancelled(error: unknown): boolean {
  return error instanceof GLib.Error && error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED);
}

/** Whether a call ended because nobody answered in time. */
export function isTimeout(error: unknown): boolean {
  return error instanceof GLib.Error && error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.TIMED_OUT);
}

/** An error's reason as a person can read it, without the name it had on the bus. */
export function reasonOf(error: unknown): string {
  if (error instanceof GLib.Error) Gio.DBusError.strip_remote_error(error);
  return error instanceof Error || error instanceof GLib.Error ? error.message : String(error);
}

/** What to tell of something that was asked of the service and ended in an error. */
export function failureOf(action: Failure['action'], error: unknown): Failure {
  return { action, reason: isTimeout(error) ? '' : reasonOf(error) };
}

/** Follows who owns a name, without starting its service. Ends with `bus.unwatch_name()`. */
export function watchName(
  bus: Gio.DBusConnection,
  name: string,
  onAppeared: (owner: string) => void,
  onVanished: () => void,
): number {
  const appeared = (_bus: Gio.DBusConnection, _name: string, owner: string) => {
    onAppeared(owner);
  };
  return bus.watch_name(name, Gio.BusNameWatcherFlags.NONE, appeared, onVanished);
}
