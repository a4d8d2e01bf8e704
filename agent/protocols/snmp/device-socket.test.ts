import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { openDeviceSocket } from './device-socket.ts'

it("sends from this machine's own address, whatever that of the device is", async () => {
  const device = createSocket('udp4')
  device.bind(0, '127.66.0.9')
  await once(device, 'listening')
  const events = { message: () => undefined, wrongSource: () => undefined, error: () => undefined }
  const socket = await openDeviceSocket('127.66.0.9', device.address().port, events, () => undefined)
  const heard = once(device, 'message')
  socket.send(Buffer.from('hello'))
  const [, from] = await heard
  // bound to the device's address it would reach nobody but this machine
  expect(from.address).toBe('127.0.0.1')
  socket.close()
  device.close()
})
