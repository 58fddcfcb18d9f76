/**
 * What programs that the broker starts (`gsettings`, `systemd-notify`) may see of its environment: where things are, and
 * how to reach the session. Names in full, and none by its beginning: tokens are in the environment, too, under any name.
 */
const handedOn = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR'],
  ...['LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'LC_MESSAGES', 'LC_NUMERIC', 'LC_TIME', 'LC_COLLATE'],
  ...['XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'XDG_CONFIG_DIRS', 'XDG_DATA_HOME', 'XDG_DATA_DIRS', 'XDG_CACHE_HOME'],
  // By it GSettings tells the defaults of one desktop from those of another.
  ...['XDG_CURRENT_DESKTOP', 'DBUS_SESSION_BUS_ADDRESS', 'DCONF_PROFILE'],
  ...['GSETTINGS_BACKEND', 'GSETTINGS_SCHEMA_DIR', 'GIO_EXTRA_MODULES', 'GIO_MODULE_DIR'],
  'NOTIFY_SOCKET',
];

/** The environment of a program that the broker starts. */
export function childEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    handedOn.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
