import Gio from 'gi://Gio';

/** Opens an address in the person's browser. Fails with an error of GIO's, as when there is none. */
export function openInBrowser(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const context = global.create_app_launch_context(0, -1);
    Gio.AppInfo.launch_default_for_uri_async(address, context, null, (_source, result) => {
      try {
        Gio.AppInfo.launch_default_for_uri_finish(result);
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
}
