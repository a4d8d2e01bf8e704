// Settings of notifications: ways to people, who hears what, and how much.
import { z } from 'zod'
import { Route, StormLimit } from '#shared/domain/notification-route.ts'
import { ChannelConfig } from './channel-config.ts'

export const NotifyConfig = z
  .strictObject({
    channels: z
      .array(ChannelConfig)
      .max(200)
      .default([])
      .meta({
        description: 'Ways messages reach people',
        example: [
          {
            kind: 'webhook',
            id: 'operations',
            url: 'https://hooks.example.net/outrider',
            secret: { fromFile: '/run/secrets/webhook' },
          },
          {
            kind: 'email',
            id: 'noc-mail',
            server: { host: 'mail.example.net', username: 'outrider', password: { fromEnv: 'MAIL_PASSWORD' } },
            from: 'outrider@example.net',
            to: ['noc@example.net'],
          },
        ],
      }),
    routes: z
      .array(Route)
      .max(500)
      .default([])
      .meta({
        description:
          'Who hears what, when; without any every channel hears everything. Those of the console come beside them',
        example: [
          {
            id: 'grave-at-night',
            match: { severityAtLeast: 'major' },
            hours: {
              zone: 'site',
              windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '18:00', to: '08:00' }],
              outside: 'skip',
            },
            to: [{ channel: 'noc-mail', addresses: ['duty@example.net'] }],
            continue: true,
          },
          { id: 'all', to: [{ channel: 'operations' }, { channel: 'noc-mail' }] },
        ],
      }),
    storm: StormLimit.prefault({}).describe('Messages to one recipient; what is more is told in one summary'),
  })
  .prefault({})
