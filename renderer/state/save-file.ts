import { request } from './client.ts';

/** Asks where to, then writes. @returns the file's name, or null when the dialog was dismissed */
export async function saveFile(
  suggestedName: string,
  data: () => string | Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>,
): Promise<string | null> {
  const chosen = await request('dialog.save', { suggestedName });
  if (chosen === null) return null;
  await request('file.write', { token: chosen.token, data: await data() });
  return chosen.name;
}
