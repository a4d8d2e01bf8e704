// Customers and sites that stay as they are.
import { createPlaces, type Places } from '#collector/site-config/places.ts'
import type { Customer, Site } from '#shared/domain/inventory.ts'

export const fixedPlaces = (customers: readonly Customer[], sites: readonly Site[]): Places =>
  createPlaces({ customers, sites }, { list: () => [] })
