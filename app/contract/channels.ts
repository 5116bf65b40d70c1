/** Names of the channels between the page's preload and the shell. */
export const channels = {
  request: 'spectroscope:request',
  event: 'spectroscope:event',
  dropped: 'spectroscope:dropped',
} as const;
