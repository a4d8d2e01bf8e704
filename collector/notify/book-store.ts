// What the book of channels and routes needs from storage.

/** A channel made in the console: `doc` without secrets, `secrets` sealed, by path. */
export interface KeptChannel {
  readonly id: string
  readonly version: number
  readonly doc: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, string>>
  readonly updatedAt: number
  readonly updatedBy: string
}
export interface KeptRoute {
  readonly id: string
  readonly version: number
  readonly doc: Readonly<Record<string, unknown>>
  readonly updatedAt: number
  readonly updatedBy: string
}
export type NotifyBookWrite =
  | { readonly kind: 'channel'; readonly id: string; readonly kept: Omit<KeptChannel, 'id' | 'updatedAt'> | null }
  | { readonly kind: 'route'; readonly id: string; readonly kept: Omit<KeptRoute, 'id' | 'updatedAt'> | null }

export interface NotifyBookStore {
  keptChannels(): KeptChannel[]
  keptRoutes(): KeptRoute[]
}
