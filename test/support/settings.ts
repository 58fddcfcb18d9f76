import { completed, type ConnectionSettings, type WrittenConnection } from '../../service/config/configuration.js';

/** A connection's settings, with every default filled in. */
export function settingsOf(written: WrittenConnection): ConnectionSettings {
  const [settings] = completed({ connections: [written] }).connections;
  if (settings === undefined) throw new Error('there is no connection');
  return settings;
}
