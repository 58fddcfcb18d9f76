import type { Log } from '../telemetry/log.js';
import { Bus, BusUnavailable } from './bus.js';

/** Where the system bus is unless the environment says otherwise (D-Bus specification, "Well-known Message Bus Instances"). */
const usualAddress = 'unix:path=/var/run/dbus/system_bus_socket';

/** Until a system bus that has gone is looked for again. Milliseconds. */
const absence = 10_000;

const rules = [
  "type='signal',sender='org.freedesktop.login1',interface='org.freedesktop.login1.Manager',member='PrepareForSleep'",
  "type='signal',sender='org.freedesktop.NetworkManager',interface='org.freedesktop.NetworkManager',member='StateChanged'",
];

/**
 * Tells when what was known of the network is old: the machine has woken up, or its network has changed. systemd-logind
 * and NetworkManager say so on the system bus; where there is none, nothing is told.
 *
 * @param address of the system bus, as in DBUS_SYSTEM_BUS_ADDRESS
 * @param changed is called after each such event
 */
export async function watchSystem(address: string | undefined, changed: () => void, log: Log): Promise<void> {
  try {
    const bus = await Bus.connect(address ?? usualAddress);
    bus.on('signal', ({ member, body }) => {
      // Before it sleeps, PrepareForSleep is told with true.
      if (member === 'PrepareForSleep' && body[0] === true) return;
      if (member === 'PrepareForSleep' || member === 'StateChanged') changed();
    });
    bus.once('closed', () => {
      setTimeout(() => void watchSystem(address, changed, log), absence).unref();
    });
    for (const rule of rules) await bus.match(rule);
  } catch (error) {
    if (!(error instanceof BusUnavailable)) throw error;
    log.debug(`no system bus: ${error.message}; what wakes up or changes is seen at the next check`);
  }
}
