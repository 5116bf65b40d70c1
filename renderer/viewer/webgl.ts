/** Whether this window can draw volumes: apart from the viewer, which is loaded only where it can. */
export function canDrawVolumes(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}
