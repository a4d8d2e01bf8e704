// Names by which people and agents find this collector.
import { isIP } from 'node:net'
import { addressOf } from '#shared/doctor/address.ts'
import type { CollectorCheck } from '../doctor.ts'

export const nameCheck: CollectorCheck = {
  name: 'dns',
  async run({ config, machine }) {
    const urls = [config.http.publicUrl, config.broker.url].filter((url) => url !== undefined)
    const names = [...new Set(urls.map((url) => addressOf(url).host))].filter((n) => !isIP(n))
    if (names.length === 0) return [{ id: 'names-none' }]
    return await Promise.all(
      names.map(async (name) => {
        try {
          const addresses = (await machine.resolve(name)).join(', ')
          return { id: 'name-good', params: { name, addresses } } as const
        } catch (error) {
          const problem = (error as NodeJS.ErrnoException).code ?? (error as Error).message
          return { id: 'name-unknown', params: { name, problem } } as const
        }
      }),
    )
  },
}
