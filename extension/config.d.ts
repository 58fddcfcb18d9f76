// What GNOME Shell brings for the preferences and its type definitions leave out.
declare module 'resource:///org/gnome/Shell/Extensions/js/misc/config.js' {
  /** GNOME Shell's version, for instance "48.7". */
  export const PACKAGE_VERSION: string;
}
