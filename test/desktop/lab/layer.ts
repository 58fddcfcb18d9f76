/**
 * Lays a writable layer over a cached root, in memory, and runs the rest of its arguments in the resulting folder. Where
 * the kernel or the file system allows no such layer, the root is copied, which takes longer.
 */
const script = `
root=$1 layer=$2; shift 2
mkdir "$layer"
mount -t tmpfs -o mode=755 layer "$layer"
mkdir "$layer/upper" "$layer/work" "$layer/root"
if ! mount -t overlay -o "lowerdir=$root,upperdir=$layer/upper,workdir=$layer/work" layer "$layer/root"; then
  umount "$layer"
  cp -a --reflink=auto "$root" "$layer/root"
fi
cd "$layer/root"
exec "$@"
`;

/**
 * A command that runs in the folder of a root that may be changed at will: the changes go to a layer above it. It has to
 * run contained() (see commands.ts), with whose end the layer is gone, too.
 * @param root the cached root, which stays as it is
 * @param layer a path where nothing is yet, on the cached root's file system
 */
export function layered(root: string, layer: string, command: readonly string[]): string[] {
  return ['sh', '-euc', script, 'layer', root, layer, ...command];
}
