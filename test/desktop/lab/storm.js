// Stands in for a broker that can't stop telling: it owns the broker's name, has ten connections with two hundred models,
// and when it gets a line, changes a thousand properties within a second. What it has sent is printed as a line.
imports.gi.versions.Gio = '2.0';
const { Gio, GLib } = imports.gi;

const ROOT = '/online/cloudtolocalllm';
const BROKER = `${ROOT}/Broker`;
const BROKER_INTERFACE = 'online.cloudtolocalllm.Broker1';
const CONNECTION_INTERFACE = 'online.cloudtolocalllm.Connection1';
const CHANGES = 1000;
const STEPS = 100;

const pathOf = (id) => `${BROKER}/connections/${id}`;
const ids = Array.from({ length: 10 }, (_, number) => `server_${number}`);
const bus = Gio.DBus.session;
const text = (value) => new GLib.Variant('s', value);

const broker = {
  Version: text('4.0.0'),
  State: text('connected'),
  Route: text('automatic'),
  ActiveConnection: new GLib.Variant('o', pathOf(ids[0])),
  Address: text('http://127.0.0.1:11435'),
  RequestsInFlight: new GLib.Variant('u', 0),
  Connections: new GLib.Variant('ao', ids.map(pathOf)),
};
const connection = (id) => ({
  Id: text(id),
  Name: text(id),
  Kind: text('ollama'),
  Place: text('local'),
  Enabled: new GLib.Variant('b', true),
  State: text('connected'),
  Latency: new GLib.Variant('d', 12),
  Models: new GLib.Variant(
    'as',
    Array.from({ length: 20 }, (_, number) => `model-${number}:latest`),
  ),
  LastError: text(''),
  TokenState: text('none'),
  TokenSource: text('keyring'),
});

const objects = Gio.DBusExportedObject.wrapJSObject(
  `<node><interface name="org.freedesktop.DBus.ObjectManager">
    <method name="GetManagedObjects"><arg type="a{oa{sa{sv}}}" direction="out"/></method>
  </interface></node>`,
  {
    GetManagedObjects: () => ({
      [BROKER]: { [BROKER_INTERFACE]: broker },
      ...Object.fromEntries(ids.map((id) => [pathOf(id), { [CONNECTION_INTERFACE]: connection(id) }])),
    }),
  },
);
objects.export(bus, ROOT);

/** Half of the changes rename the connection that serves, so that each of them is to be seen in the panel. */
function change(number) {
  const id = ids[number % 2 === 0 ? 0 : number % ids.length];
  const changed = id === ids[0] ? { Name: text(`Server ${number}`) } : { Latency: new GLib.Variant('d', number) };
  const parameters = new GLib.Variant('(sa{sv}as)', [CONNECTION_INTERFACE, changed, []]);
  bus.emit_signal(null, pathOf(id), 'org.freedesktop.DBus.Properties', 'PropertiesChanged', parameters);
}

function storm() {
  let sent = 0;
  GLib.timeout_add(GLib.PRIORITY_DEFAULT, 1000 / STEPS, () => {
    for (let step = 0; step < CHANGES / STEPS; step += 1) change((sent += 1));
    if (sent < CHANGES) return GLib.SOURCE_CONTINUE;
    print(`sent ${sent}`);
    return GLib.SOURCE_REMOVE;
  });
}

const commands = Gio.DBusExportedObject.wrapJSObject(
  '<node><interface name="test.Storm"><method name="Begin"/></interface></node>',
  { Begin: storm },
);
commands.export(bus, '/test/Storm');
bus.own_name('online.cloudtolocalllm.Broker', Gio.BusNameOwnerFlags.NONE, null, null);
new GLib.MainLoop(null, false).run();
