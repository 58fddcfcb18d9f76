declare module 'systemd-notify' {
  /** Runs `systemd-notify`. Rejects with what it printed, if it fails. */
  export default function notify(message: { ready?: boolean; status?: string }): Promise<unknown>;
}
