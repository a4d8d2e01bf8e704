/**
 * What `load` brings, asked for again every few seconds as long as it does not come: a part of the frame that is late must not
 * take the screen with it.
 */
export async function patient<T>(load: () => Promise<T>, pauseMs = 3000): Promise<T> {
  for (;;) {
    try {
      return await load()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}
