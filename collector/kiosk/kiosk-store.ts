// What links of wallboards need from storage.
import type { AuditEntry } from '../storage/change-set.ts'

export interface Kiosk {
  readonly id: string
  readonly name: string
  /** Ids of the customers it shows; null: all. */
  readonly customers: readonly string[] | null
  readonly createdAt: number
  readonly createdBy: string
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
}

export interface StoredKiosk extends Kiosk {
  /** SHA-256 of the token; the token itself is never stored. */
  readonly hash: string
}

/** A browser that was opened with a link. */
export interface StoredScreen {
  /** SHA-256 of what the browser's cookie says. */
  readonly idHash: string
  readonly kiosk: string
  readonly openedAt: number
  readonly seenAt: number
  readonly address: string
  readonly program: string
}

/** Deleting a link deletes its screens. */
export type KioskWrite =
  | { readonly kind: 'save-kiosk'; readonly kiosk: StoredKiosk }
  | { readonly kind: 'delete-kiosk'; readonly id: string }
  /** Of one link no more than `keep` screens stay, those seen last. */
  | { readonly kind: 'save-screen'; readonly screen: StoredScreen; readonly keep: number }

/** Writes all of it and the audit entry, or nothing; durable when resolved. */
export type KioskCommit = (writes: readonly KioskWrite[], entry: Omit<AuditEntry, 'at'>) => Promise<void>

/** Reads, and the writes that tell nothing but when something was last used. */
export interface KioskStore {
  kiosks(): Promise<Kiosk[]>
  kiosk(id: string): Promise<StoredKiosk | undefined>
  screen(idHash: string): Promise<StoredScreen | undefined>
  /** Seen last first. */
  screens(kiosk: string): Promise<StoredScreen[]>
  touch(kiosk: string, idHash: string | null, at: number): Promise<void>
  deleteScreensBefore(seenAt: number): Promise<void>
}
