/**
 * Takes NODE_TLS_REJECT_UNAUTHORIZED=0 out of an environment: whoever set it for another program didn't mean to have
 * tokens sent to anybody. Connections say themselves that TLS is verified; Node would tell that it is not.
 *
 * @param warn is told, at most once
 */
export function insistOnVerification(environment: NodeJS.ProcessEnv, warn: (message: string) => void): void {
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return;
  delete environment.NODE_TLS_REJECT_UNAUTHORIZED;
  warn(
    'NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect: TLS certificates are always verified. ' +
      'The key “ca” of a connection names a private authority.',
  );
}
