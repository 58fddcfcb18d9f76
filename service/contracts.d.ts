// What scripts/contracts.mjs makes of the files in schemas/.

declare module '*.xml' {
  /** One D-Bus interface as its introspection file declares it. */
  const declared: {
    /** Its full name, for instance online.cloudtolocalllm.Broker1. */
    readonly name: string;
    /** Its introspection data, from <interface> to </interface>. */
    readonly xml: string;
    /** Signatures of the arguments that each method takes and returns. */
    readonly methods: Readonly<Record<string, { readonly in: string; readonly out: string }>>;
    /** Type and access of each property; `announced` is false where a change is not signalled. */
    readonly properties: Readonly<
      Record<string, { readonly type: string; readonly writable: boolean; readonly announced: boolean }>
    >;
  };
  export default declared;
}

declare module '*.gschema.xml?keys' {
  /** By the ids of schemas, and in these by the names of keys. */
  const keys: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            /** In GVariant's signatures: `b`, `s`, `u`, `i`, `as`, `a{ss}`. */
            readonly type: string;
            /** In GVariant's text format. */
            readonly default: string;
            /** The only values of an enumeration. */
            readonly choices?: readonly string[];
            readonly min?: number;
            readonly max?: number;
          }
        >
      >
    >
  >;
  export default keys;
}

declare module '*.schema.json?validator' {
  /** Why a value doesn't fit, in ajv's terms. */
  interface Misfit {
    readonly instancePath: string;
    readonly schemaPath: string;
    readonly keyword: string;
    readonly params: Record<string, unknown>;
    readonly data?: unknown;
    readonly message?: string;
    readonly parentSchema?: Record<string, unknown>;
  }
  /** Whether the value fits; if not, `errors` has the first reason. */
  const validate: { (value: unknown): boolean; errors?: Misfit[] | null };
  export default validate;
}

// What is needed of undici, without the rest of it: 4 MB less at rest.
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}

declare module 'undici/lib/core/connect.js' {
  import { buildConnector } from 'undici';
  export default buildConnector;
}

/** Under what undici keeps on a socket what reads it. */
declare module 'undici/lib/core/symbols.js' {
  const symbols: { readonly kParser: symbol };
  export default symbols;
}
