import { describe, expect, it } from 'vitest'
import type { TrapDefinitionBody } from '#shared/http/traps.ts'
import { definitionOf, formOfDefinition, wrongDefinition } from './definition-form.ts'

const BODY: TrapDefinitionBody = {
  ...{ name: 'ACME-MIB::fanFailed', vendor: 'Acme', category: 'state_change', severity: 'crit' },
  description: { en: 'Fan {{fan}} failed', 'zh-CN': '风扇 {{fan}} 故障' },
  varbinds: [
    { name: 'fan', oid: '1.3.6.1.4.1.9999.1.1' },
    { name: 'state', oid: '1.3.6.1.4.1.9999.1.2', enum: { '1': 'ok', '2': 'failed' } },
  ],
  alarm: {
    ...{
      type: 'raise',
      alarmType: 'env.fan',
      severity: 'major',
      resource: 'fan:{{fan}}',
      key: '',
      opensIncident: true,
    },
    text: { en: 'Fan {{fan}} failed', 'zh-CN': '风扇 {{fan}} 故障' },
    ...{ clearedBy: '1.3.6.1.4.1.9999.0.2', when: [{ varbind: 'state', in: [2, 'failed'] }] },
  },
}

describe('a definition in a form', () => {
  it('comes back as it was', () => expect(definitionOf(formOfDefinition(BODY))).toEqual(BODY))

  it('without an alarm has none; a text in one language stands for both', () => {
    const form = { ...formOfDefinition({ ...BODY, alarm: null }), text: { en: '', 'zh-CN': '风扇故障' } }
    expect(definitionOf(form)).toMatchObject({ alarm: null, description: { en: '风扇故障', 'zh-CN': '风扇故障' } })
    expect([...wrongDefinition(form)]).toEqual([])
  })

  it('names what cannot be meant', () => {
    const form = formOfDefinition(BODY)
    const wrong = wrongDefinition({
      ...form,
      ...{ name: ' ', alarmType: 'Fan', clearedBy: 'x', autoClearAfter: 'soon', whenValues: '' },
      varbinds: [
        { oid: '1.3', name: 'a b', labels: '' },
        { oid: '1.4', name: 'b', labels: 'ok' },
      ],
    })
    expect([...wrong]).toEqual([
      ...['name', 'varbind.0', 'varbind.1', 'alarmType', 'clearedBy', 'autoClearAfter', 'whenValues'],
    ])
  })
})
