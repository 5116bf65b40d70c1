/**
 * Read by Node before each command of package.json (`node -r`): the other scripts are written for Node 20, and an older one would
 * answer with a syntax error. So this one is written as Node of ten years ago reads it.
 */
var oldest = 20;
var version = process.versions.node;
if (Number(version.split('.')[0]) < oldest) {
  console.error(
    'Node ' +
      oldest +
      ' or newer is needed and this is ' +
      version +
      ": install a newer one from your system's packages or from https://nodejs.org, and start again.",
  );
  process.exit(1);
}
