import { Bus, BusUnavailable } from '../dbus/bus.js';

/** Does something over the session bus, and leaves it then. @throws {BusUnavailable} */
export async function overBus(environment: NodeJS.ProcessEnv, use: (bus: Bus) => Promise<unknown>): Promise<void> {
  const address = environment.DBUS_SESSION_BUS_ADDRESS;
  if (address === undefined)
    throw new BusUnavailable('this needs the session bus, and DBUS_SESSION_BUS_ADDRESS is not set');
  const bus = await Bus.connect(address);
  try {
    await use(bus);
  } finally {
    await bus.close();
  }
}
