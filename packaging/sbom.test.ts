import { describe, expect, it } from 'vitest'
import { RUNTIME_VERSION } from './places.ts'
import { billOfMaterials } from './sbom.ts'

describe('bill of materials', () => {
  const text = billOfMaterials()
  const bill = JSON.parse(text) as {
    bomFormat: string
    serialNumber: string
    components: { name: string; group?: string; version: string; hashes?: unknown }[]
    dependencies: { ref: string; dependsOn: string[] }[]
  }
  const names = bill.components.map((one) => one.name)

  it('names what is inside: runtime, libraries of the programs and of the console', () => {
    expect(bill.bomFormat).toBe('CycloneDX')
    expect(bill.components.find((one) => one.name === 'node')?.version).toBe(RUNTIME_VERSION)
    for (const name of ['fastify', 'mqtt', 'net-snmp', 'zod', 'react', 'uplot'])
      expect(names.join(), name).toContain(name)
    expect(bill.components.some((one) => /mantine/.test(`${one.group}${one.name}`))).toBe(true)
  })

  it('leaves out what only builds and tests', () => {
    for (const name of ['vitest', 'typescript', 'playwright-core', 'rolldown', 'vite'])
      expect(names).not.toContain(name)
  })

  it('says nothing about the day or the machine', () => {
    expect(billOfMaterials()).toBe(text)
    expect(bill.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    const refs = new Set(bill.dependencies.map((entry) => entry.ref))
    for (const entry of bill.dependencies) for (const ref of entry.dependsOn) expect(refs.has(ref), ref).toBe(true)
  })
})
