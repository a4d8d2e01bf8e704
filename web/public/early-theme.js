// Runs before the first paint so that a dark console never flashes white. A file, because the CSP allows no inline script.
globalThis.__zod_globalConfig = { jitless: true } // it asks whether code may be made of text; the policy reports that
;(() => {
  const kept = (key) => {
    try {
      return localStorage.getItem(key)
    } catch {
      return null // a browser may forbid it
    }
  }
  const chosen = kept('mantine-color-scheme-value')
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light'
  document.documentElement.style.background = dark ? '#12161b' : '#f4f6f8'
  document.documentElement.dataset.palette = kept('outrider-palette') ?? 'normal'
  document.documentElement.lang = kept('outrider-language') ?? 'en'
})()
