import { expect, it } from 'vitest'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { Level } from './levels.ts'
import { localOffset } from './local-offset.ts'
import type { Places } from './selector.ts'
import { describe as describeSeries } from './series-facts.ts'
import { template } from './template.ts'

const TEMPERATURE = {
  ...{
    id: 1,
    agent: 'a',
    site: 's',
    device: 's.d',
    metric: 'env.temperature',
    resource: 'sensor:Inlet',
    kind: 'gauge',
  },
  ...{ unit: 'Cel', tags: { slot: '3' }, labels: { 'zh-CN': '温度', en: 'Temperature' } },
} as SeriesInfo
const places = {
  device: (id: string) => (id === 's.d' ? { name: 'core switch', tags: { room: 'dc', slot: 'device' } } : undefined),
} as unknown as Places

const said = (text: string, series: Partial<SeriesInfo> = {}, ...more: (number | string | Level | undefined)[]) => {
  const [value, resource, level] = more as [number?, string?, Level?]
  return template(text)(describeSeries({ ...TEMPERATURE, ...series }, places, 'en', value, resource, level))
}
const level = (of: Partial<Level>) => ({ side: 'high', raise: 75, ...of }) as Level

it('a text may name the place of a sample, its value and the limit that it passed', () => {
  expect(said('{{device}}|{{site}}|{{resource}}|{{interface}}|{{name}}|{{metric}}|{{unit}}')).toBe(
    'core switch|s|sensor:Inlet|Inlet|Inlet|env.temperature|Cel',
  )
  expect(said('{{title}}|{{what}}')).toBe('Temperature|Temperature Inlet')
  expect(said('{{title}}|{{what}}|{{name}}', { labels: undefined, resource: '' })).toBe(
    'env.temperature|env.temperature|',
  )
  expect(said('{{title}}', { labels: { 'zh-CN': '温度' } })).toBe('env.temperature')
  expect(said('{{tag.slot}} {{tag.room}} [{{tag.none}}]')).toBe('3 dc []')
  expect(said('{{device}}[{{tag.room}}]', { device: 's.x' })).toBe('s.x[]')
  expect(said('{{value}}|{{reading}}', {}, 78.126)).toBe('78.13|78.13 °C')
  expect(said('{{value}}|{{reading}}|{{label}}')).toBe('||')
  expect(said('[{{value}}]', {}, Number.NaN)).toBe('[]')
  expect(said('{{reading}}', { kind: 'counter64', unit: '{packet}' }, 5)).toBe('5 /s')
  expect(said('{{name}} of {{resource}}', {}, 1, 'if:Gi0/1')).toBe('Gi0/1 of sensor:Inlet')
  expect(said('{{bound}} {{limit}}', {}, 80, undefined, level({}))).toBe('limit 75 °C')
  expect(said('{{bound}} {{limit}}', {}, 1, undefined, level({ side: 'low', raise: 5 }))).toBe('lower limit 5 °C')
  expect(said('[{{bound}}]', {}, 1, undefined, level({ side: 'state', raise: Number.NaN }))).toBe('[]')
  expect(said('[{{bound}}{{limit}}]', {}, 80)).toBe('[]')
})

it('states go by their label, and in Chinese by its word', () => {
  const states = { states: { 1: 'bad', 2: 'odd' } }
  expect([1, 2, 3].map((value) => said('{{label}} {{state}}', states, value))).toEqual(['bad bad', 'odd odd', '3 3'])
  const chinese = describeSeries({ ...TEMPERATURE, ...states }, places, 'zh-CN', 1, undefined, level({}))
  expect(template('{{what}} {{state}} {{label}} {{bound}}')(chinese)).toBe('温度 Inlet 坏 bad 上限')
})

it('local time at a site is asked of its zone, and UTC where that is unknown', () => {
  const asked: string[] = []
  const offset = localOffset((site) => {
    asked.push(site)
    return { sh: 'Asia/Shanghai', lh: 'Australia/Lord_Howe', odd: 'No/Such' }[site]
  })
  const HOUR = 3_600_000
  const summer = Date.UTC(2026, 0, 10)
  expect([offset('sh', summer), offset('sh', summer + 899_999)]).toEqual([8 * HOUR, 8 * HOUR])
  expect(asked).toEqual(['sh'])
  expect(offset('sh', summer + 900_000)).toBe(8 * HOUR)
  expect(asked).toEqual(['sh', 'sh'])
  expect([offset('lh', summer), offset('lh', Date.UTC(2026, 6, 10))]).toEqual([11 * HOUR, 10.5 * HOUR])
  expect([offset('odd', summer), offset('nowhere', summer)]).toEqual([0, 0])
})
