import Gtk from 'gi://Gtk';

/** Opens an address in the person's browser. Fails with an error of GIO's, as when there is none. */
export function openInBrowser(address: string, parent: Gtk.Window): Promise<void> {
  return new Promise((resolve, reject) => {
    const launcher = new Gtk.UriLauncher({ uri: address });
    launcher.launch(parent, null, (_source, result) => {
      try {
        launcher.launch_finish(result);
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
}
