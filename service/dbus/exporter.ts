import { isDeepStrictEqual } from 'node:util';
import type declared from '../../schemas/online.cloudtolocalllm.Broker1.xml';
import { type Bus, BusError, type MethodCall, type MethodResult, variant } from './bus.js';

/** A D-Bus interface as schemas/ declares it. */
export type Interface = typeof declared;

/** What stands behind an exported object. */
export interface Implementation {
  /** The properties as they are now, by name, in the types that the interface declares. */
  properties(): Readonly<Record<string, unknown>>;
  /** Sets a writable property. @throws {BusError} */
  set?(property: string, value: unknown): Promise<void>;
  /** Calls a method. @returns its results, in order @throws {BusError} */
  call?(method: string, args: readonly unknown[]): Promise<readonly unknown[]>;
}

interface Exported {
  readonly interface: Interface;
  readonly implementation: Implementation;
  /** What was last told of the properties, so that only changes are. */
  known: Readonly<Record<string, unknown>>;
}

const none: MethodResult = { signature: '', body: [] };

const errorName = (name: string): string => `org.freedesktop.DBus.Error.${name}`;

const standard = `<interface name="org.freedesktop.DBus.Introspectable">
    <method name="Introspect"><arg name="xml_data" type="s" direction="out"/></method>
  </interface>
  <interface name="org.freedesktop.DBus.Peer">
    <method name="Ping"/>
  </interface>`;

const propertiesInterface = `<interface name="org.freedesktop.DBus.Properties">
    <method name="Get">
      <arg name="interface_name" type="s" direction="in"/>
      <arg name="property_name" type="s" direction="in"/>
      <arg name="value" type="v" direction="out"/>
    </method>
    <method name="GetAll">
      <arg name="interface_name" type="s" direction="in"/>
      <arg name="properties" type="a{sv}" direction="out"/>
    </method>
    <method name="Set">
      <arg name="interface_name" type="s" direction="in"/>
      <arg name="property_name" type="s" direction="in"/>
      <arg name="value" type="v" direction="in"/>
    </method>
    <signal name="PropertiesChanged">
      <arg name="interface_name" type="s"/>
      <arg name="changed_properties" type="a{sv}"/>
      <arg name="invalidated_properties" type="as"/>
    </signal>
  </interface>`;

const objectManagerInterface = `<interface name="org.freedesktop.DBus.ObjectManager">
    <method name="GetManagedObjects"><arg name="objects" type="a{oa{sa{sv}}}" direction="out"/></method>
    <signal name="InterfacesAdded">
      <arg name="object_path" type="o"/>
      <arg name="interfaces_and_properties" type="a{sa{sv}}"/>
    </signal>
    <signal name="InterfacesRemoved">
      <arg name="object_path" type="o"/>
      <arg name="interfaces" type="as"/>
    </signal>
  </interface>`;

const signatures: Readonly<Record<string, string>> = {
  'org.freedesktop.DBus.Properties.Get': 'ss',
  'org.freedesktop.DBus.Properties.GetAll': 's',
  'org.freedesktop.DBus.Properties.Set': 'ssv',
  'org.freedesktop.DBus.Introspectable.Introspect': '',
  'org.freedesktop.DBus.ObjectManager.GetManagedObjects': '',
  'org.freedesktop.DBus.Peer.Ping': '',
};

/** Interfaces by which properties are read. */
const reading = new Set(['org.freedesktop.DBus.Properties', 'org.freedesktop.DBus.ObjectManager']);

/**
 * Exports objects with one interface each, below a root that is their ObjectManager (D-Bus specification, "Standard
 * Interfaces"). Tells of properties that have changed, of objects that come and of ones that go.
 */
export class Exporter {
  readonly #objects = new Map<string, Exported>();

  constructor(
    private readonly bus: Bus,
    private readonly root: string,
  ) {
    bus.answerCalls((call) => this.#answer(call));
  }

  /** Exports an object, and tells of it. */
  add(path: string, exported: Interface, implementation: Implementation): void {
    const object = { interface: exported, implementation, known: implementation.properties() };
    this.#objects.set(path, object);
    this.bus.send(this.root, 'org.freedesktop.DBus.ObjectManager', 'InterfacesAdded', 'oa{sa{sv}}', [
      path,
      { [exported.name]: described(object, object.known) },
    ]);
  }

  /** Takes an object back, and tells of it. */
  remove(path: string): void {
    const object = this.#objects.get(path);
    if (object === undefined) return;
    this.#objects.delete(path);
    this.bus.send(this.root, 'org.freedesktop.DBus.ObjectManager', 'InterfacesRemoved', 'oas', [
      path,
      [object.interface.name],
    ]);
  }

  /** Tells of every property that isn't any more what was told of it. */
  announceChanges(): void {
    for (const path of this.#objects.keys()) this.announce(path);
  }

  /** The same for one object alone. */
  announce(path: string): void {
    const object = this.#objects.get(path);
    if (object === undefined) return;
    const now = object.implementation.properties();
    const changed = Object.fromEntries(
      Object.entries(object.interface.properties).flatMap(([name, { type, announced }]) =>
        announced && !isDeepStrictEqual(now[name], object.known[name]) ? [[name, variant(type, now[name])]] : [],
      ),
    );
    object.known = now;
    if (Object.keys(changed).length > 0) {
      const body = [object.interface.name, changed, []];
      this.bus.send(path, 'org.freedesktop.DBus.Properties', 'PropertiesChanged', 'sa{sv}as', body);
    }
  }

  async #answer(call: MethodCall): Promise<MethodResult> {
    // Who reads a value hears of every change from there on: what isn't announced yet is announced before it.
    if (reading.has(call.interface)) this.announceChanges();
    const wanted = signatures[`${call.interface}.${call.member}`];
    if (wanted !== undefined) expectSignature(call, wanted);
    switch (call.interface) {
      case 'org.freedesktop.DBus.Introspectable':
        if (call.member === 'Introspect') return { signature: 's', body: [this.#introspected(call.path)] };
        break;
      case 'org.freedesktop.DBus.Peer':
        if (call.member === 'Ping') return none;
        break;
      case 'org.freedesktop.DBus.ObjectManager':
        if (call.path === this.root && call.member === 'GetManagedObjects') return this.#managedObjects();
        break;
      case 'org.freedesktop.DBus.Properties':
        return this.#answerProperties(call);
      default:
        return this.#answerMethod(call);
    }
    throw unknownMethod(call);
  }

  async #answerMethod(call: MethodCall): Promise<MethodResult> {
    const { interface: exported, implementation } = this.#object(call.path);
    if (call.interface !== '' && call.interface !== exported.name) throw unknownInterface(call.interface, call.path);
    const method = declaredOf(exported.methods, call.member);
    if (method === undefined || implementation.call === undefined) throw unknownMethod(call);
    expectSignature(call, method.in);
    return { signature: method.out, body: await implementation.call(call.member, call.body) };
  }

  async #answerProperties(call: MethodCall): Promise<MethodResult> {
    const object = this.#object(call.path);
    const [interfaceName, name, value] = call.body as [string, string, unknown];
    if (interfaceName !== object.interface.name && interfaceName !== '')
      throw unknownInterface(interfaceName, call.path);
    const now = object.implementation.properties();
    if (call.member === 'GetAll') return { signature: 'a{sv}', body: [described(object, now)] };
    const property = declaredOf(object.interface.properties, name);
    if (property === undefined) {
      throw new BusError(errorName('UnknownProperty'), `${object.interface.name} has no property ${name}`);
    }
    if (call.member === 'Get') return { signature: 'v', body: [variant(property.type, now[name])] };
    if (call.member !== 'Set') throw unknownMethod(call);
    if (!property.writable || object.implementation.set === undefined) {
      throw new BusError(errorName('PropertyReadOnly'), `${name} can't be set`);
    }
    if (property.type === 's' && typeof value !== 'string') {
      throw new BusError(errorName('InvalidArgs'), `${name} must be a string`);
    }
    await object.implementation.set(name, value);
    return none;
  }

  #object(path: string): Exported {
    const object = this.#objects.get(path);
    if (object === undefined) throw new BusError(errorName('UnknownObject'), `there is no object ${path}`);
    return object;
  }

  #managedObjects(): MethodResult {
    const objects = [...this.#objects].map(([path, object]) => [
      path,
      { [object.interface.name]: described(object, object.implementation.properties()) },
    ]);
    return { signature: 'a{oa{sa{sv}}}', body: [Object.fromEntries(objects)] };
  }

  #introspected(path: string): string {
    const object = this.#objects.get(path);
    const prefix = path === '/' ? '/' : `${path}/`;
    const below = [this.root, ...this.#objects.keys()].filter((other) => other.startsWith(prefix));
    const children = new Set(below.map((other) => other.slice(prefix.length).split('/')[0] ?? ''));
    return [
      '<node>',
      standard,
      path === this.root ? objectManagerInterface : '',
      object ? `${propertiesInterface}\n${object.interface.xml}` : '',
      ...[...children].map((name) => `<node name="${name}"/>`),
      '</node>',
    ].join('\n');
  }
}

function described({ interface: { properties } }: Exported, values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(properties).map(([name, { type }]) => [name, variant(type, values[name])]));
}

/** What an interface declares under a name that a caller chose. */
function declaredOf<T>(declarations: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(declarations, name) ? declarations[name] : undefined;
}

function expectSignature({ member, signature }: MethodCall, wanted: string): void {
  if (signature !== wanted) {
    throw new BusError(errorName('InvalidArgs'), `${member} takes arguments of type "${wanted}", not "${signature}"`);
  }
}

function unknownMethod({ interface: name, member, path }: MethodCall): BusError {
  return new BusError(errorName('UnknownMethod'), `there is no method ${name}.${member} at ${path}`);
}

function unknownInterface(name: string, path: string): BusError {
  return new BusError(errorName('UnknownInterface'), `there is no interface ${name} at ${path}`);
}
