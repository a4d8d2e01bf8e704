import { describe, expect, it } from 'vitest'
import { tell } from '#test/support/judgement-story.ts'
import { channelHealth } from './channel-health.ts'

const MINUTE = 60_000
const figures = (failingSince: number | null) =>
  new Map([['mail', { failingSince, lastProblem: 'ECONNREFUSED', failed: 0 }]])
const channels = [{ id: 'mail' }, { id: 'chat' }]

describe('a channel that gets nothing through', () => {
  it('is an alarm after some minutes, once, and is over when a message was taken', () => {
    const look = channelHealth('en')
    expect(look(figures(null), channels, 0).map((s) => s.kind)).toEqual(['clear', 'clear'])
    expect(look(figures(0), channels, 4 * MINUTE)).toEqual([])
    expect(look(figures(0), channels, 6 * MINUTE)).toMatchObject([
      { kind: 'raise', qualifier: 'mail', alarmType: 'notification.channel-down' },
    ])
    expect(look(figures(0), channels, 7 * MINUTE)).toEqual([])
    expect(look(figures(null), channels, 8 * MINUTE)).toMatchObject([{ kind: 'clear', qualifier: 'mail' }])
  })

  it('opens an incident of the collector itself, which is told', async () => {
    const story = await tell({ rules: [], channels: ['mail', 'chat'] })
    const look = channelHealth('zh-CN')
    story.at(600)
    story.commit(story.judgement.own(look(figures(0), channels, 600_000), story.wall()).changes)
    expect(story.alarm('notification.channel-down')).toMatchObject({ isCleared: false, perceivedSeverity: 'major' })
    expect(story.all.notifications.map((n) => [n.recipient, n.transition])).toEqual([
      ['mail', 'opened'],
      ['chat', 'opened'],
    ])
    await story.restart()
    story.at(700)
    story.commit(story.judgement.own(channelHealth('zh-CN')(figures(null), channels, 700_000), story.wall()).changes)
    expect(story.pages().slice(2)).toEqual(['resolved', 'resolved'])
  })
})
