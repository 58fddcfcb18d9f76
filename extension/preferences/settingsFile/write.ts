import { FORMAT, type Plain, type SavedSettings, type Values } from './model.js';

/**
 * The text of a settings file.
 *
 * @param version - of the program that writes it
 */
export function writeSettings({ settings, connections }: SavedSettings, version: string): string {
  const file = {
    cloudtolocalllm: FORMAT,
    version,
    settings: withoutSecrets(settings),
    connections: connections.map(({ id, values }) => ({ id, ...withoutSecrets(values) })),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Nothing secret belongs into the settings, but `gsettings` takes any address. */
function withoutSecrets(values: Values): Values {
  const clean = (value: Plain): Plain =>
    typeof value === 'string' ? value.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1') : value;
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, clean(value)]));
}
