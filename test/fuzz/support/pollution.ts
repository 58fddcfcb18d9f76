const prototypes = { Object: Object.prototype, Array: Array.prototype, Function: Function.prototype } as const;

const before = new Map(Object.values(prototypes).map((one) => [one, Reflect.ownKeys(one)]));

/** What has been put into the prototypes of everything since the start, by name. */
export function polluted(): readonly string[] {
  return Object.entries(prototypes).flatMap(([name, prototype]) =>
    Reflect.ownKeys(prototype)
      .filter((key) => before.get(prototype)?.includes(key) !== true)
      .map((key) => `${name}.prototype.${String(key)}`),
  );
}
