import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AddressText } from '../devices/managed-device.ts'
import { addressProblem } from './device-address.ts'

describe('the address of a device', () => {
  it.each([
    '10.1.0.5',
    'core-sw1',
    'core.acme.example',
    'fe80::1%eth0',
    '::1',
    '2001:db8::10',
    '::ffff:192.0.2.1',
    '_x',
  ])('takes %s', (text) => expect(addressProblem(text)).toBeUndefined())

  it.each([
    ['not an address', /^an IP address or a host name$/],
    ['-oProxyCommand=x', /^an IP address or a host name$/],
    ['', /^an IP address or a host name$/],
    ['https://10.1.0.5/login', /^a URL: write only the host, 10\.1\.0\.5;/],
    ['http://admin:pw@[2001:db8::1]:8080/', /write only the host, \[2001:db8::1\];/],
    ['10.1.0.0/24', /^a range:/],
    ['10.1.0.5:161', /^a port is in it: write only 10\.1\.0\.5;/],
    ['[2001:db8::1]:161', /write only 2001:db8::1;/],
    ['10.1.0', /^no IPv4 address/],
    ['10.1.0.256', /^no IPv4 address/],
    ['010.1.0.1', /^no IPv4 address/],
    ['2001:db8::g', /^no IPv6 address/],
    [':::', /^no IPv6 address/],
  ])('says what is wrong with %j', (text, why) => expect(addressProblem(text)).toMatch(why))

  it('never throws, and what passes has nothing that a program could take for more', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        if (AddressText.safeParse(text).success) expect(text.trim()).toMatch(/^[\w:][\w.:%-]*$/)
      }),
    )
  })
})
