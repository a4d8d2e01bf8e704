/// <reference types="vite/client" />

/** See locale-parts.ts. */
declare module '*.json?part=first' {
  const words: Record<string, unknown>
  // biome-ignore lint/style/noDefaultExport: what is imported from JSON is the default
  export default words
}
declare module '*.json?part=later' {
  const words: Record<string, unknown>
  // biome-ignore lint/style/noDefaultExport: what is imported from JSON is the default
  export default words
}
declare module '*.json?part=kiosk' {
  const words: Record<string, unknown>
  // biome-ignore lint/style/noDefaultExport: what is imported from JSON is the default
  export default words
}
/** A second copy for the page of wallboards, which loads nothing of the console. */
declare module '*.css?wall'
