// Cells of one column as they come from the wire. Polls in flight hold many of them, so index, type and value stand side by
// side in arrays, a fifth of the memory of a Map of values; an SnmpValue is made for who looks.
import type { SnmpColumn, SnmpValue } from './snmp-client.ts'

export interface ColumnCells extends SnmpColumn {
  /** The index must be another than those before. */
  add(index: string, type: SnmpValue['type'], value: SnmpValue['value']): void
}

/** Empty; `oid` is that of the column. */
export function createColumnCells(oid: string): ColumnCells {
  return new Cells(oid)
}

/** A class, since some thousand are made per second and closures of each would cost more than the cells. */
class Cells implements ColumnCells {
  readonly #oid: string
  readonly #indexes: string[] = []
  readonly #values: SnmpValue['value'][] = []
  /** Almost always one for all cells. */
  #type: SnmpValue['type'] = 'Null'
  #types: SnmpValue['type'][] | undefined
  #places: Map<string, number> | undefined

  constructor(oid: string) {
    this.#oid = oid
  }

  add(index: string, type: SnmpValue['type'], value: SnmpValue['value']): void {
    if (this.#indexes.length === 0) this.#type = type
    else if (this.#types === undefined && type !== this.#type)
      this.#types = new Array(this.#indexes.length).fill(this.#type)
    this.#types?.push(type)
    this.#indexes.push(index)
    this.#values.push(value)
    this.#places = undefined
  }

  get size(): number {
    return this.#indexes.length
  }

  get(index: string): SnmpValue | undefined {
    const place = this.#placeOf(index)
    return place === undefined ? undefined : this.#at(place)
  }

  has(index: string): boolean {
    return this.#placeOf(index) !== undefined
  }

  forEach(visit: (value: SnmpValue, index: string, column: SnmpColumn) => void): void {
    for (let n = 0; n < this.#indexes.length; n++) visit(this.#at(n), this.#indexes[n] as string, this)
  }

  *entries(): Generator<[string, SnmpValue], undefined> {
    for (let n = 0; n < this.#indexes.length; n++) yield [this.#indexes[n] as string, this.#at(n)]
  }

  *values(): Generator<SnmpValue, undefined> {
    for (let n = 0; n < this.#indexes.length; n++) yield this.#at(n)
  }

  keys(): ReturnType<SnmpColumn['keys']> {
    return this.#indexes.values() as ReturnType<SnmpColumn['keys']>
  }

  [Symbol.iterator](): Generator<[string, SnmpValue], undefined> {
    return this.entries()
  }

  #at(n: number): SnmpValue {
    const type = this.#types === undefined ? this.#type : (this.#types[n] as SnmpValue['type'])
    return { oid: `${this.#oid}.${this.#indexes[n]}`, type, value: this.#values[n] as SnmpValue['value'] }
  }

  #placeOf(index: string): number | undefined {
    this.#places ??= new Map(this.#indexes.map((known, n) => [known, n]))
    return this.#places.get(index)
  }
}
