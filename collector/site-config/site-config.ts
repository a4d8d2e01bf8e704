// Door of site-config: what people keep for customers and sites in the collector, checked, and what agents get of it.
import { type CredentialBook, createCredentialBook } from './credential-book.ts'
import { createDeviceBook, type DeviceBook } from './device-book.ts'
import { createPlaceBook, type PlaceBook } from './place-book.ts'
import type { BookDeps } from './result.ts'
import { createSettingsBook, type SettingsBook } from './settings-book.ts'
import { createStatusBook, type StatusBook } from './status-book.ts'

/** Reads come from the store at once; each change is one turn with its audit entry. */
export interface SiteConfigBook extends PlaceBook, DeviceBook, CredentialBook, SettingsBook, StatusBook {}

export function createSiteConfigBook(deps: BookDeps): SiteConfigBook {
  return {
    ...createPlaceBook(deps),
    ...createDeviceBook(deps),
    ...createCredentialBook(deps),
    ...createSettingsBook(deps),
    ...createStatusBook(deps),
  }
}
