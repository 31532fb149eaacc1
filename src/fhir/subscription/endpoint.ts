/**
 * Where a notification may go. Whoever may write a Subscription could otherwise make the server speak to any machine that
 * it can reach, so an address must be in the operator's list, and what its name leads to is looked at again each time.
 */
import { BlockList, isIP } from 'node:net';

/** The address, or why nothing is sent there. `hosts` are `name`, `address` or either with `:port`; without a port any. */
export function readEndpoint(
  text: string,
  hosts: readonly string[],
): { readonly url: URL } | { readonly fault: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    return { fault: 'expected an address that begins with http:// or https://' };
  if (url.username !== '' || url.password !== '')
    return { fault: 'names a user or password; expected them as channel.header' };
  if (url.hash !== '') return { fault: 'has a fragment (#), which is never sent' };
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const isListed = hosts.includes(url.hostname) || hosts.includes(`${url.hostname}:${port}`);
  return isListed
    ? { url }
    : { fault: 'is at a host that is not in the list of allowed hosts (HOLDFAST_SUBSCRIPTION_HOSTS)' };
}

/** Addresses that only a list entry of their own opens, and never a name: this machine, link-local, multicast, none. */
const special = new BlockList();
special.addSubnet('127.0.0.0', 8, 'ipv4');
special.addSubnet('0.0.0.0', 8, 'ipv4');
special.addSubnet('169.254.0.0', 16, 'ipv4');
special.addSubnet('224.0.0.0', 3, 'ipv4');
special.addAddress('::', 'ipv6');
special.addAddress('::1', 'ipv6');
special.addSubnet('fe80::', 10, 'ipv6');
special.addSubnet('ff00::', 8, 'ipv6');
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether a listed name may lead to this address: a name that suddenly means this machine is somebody's trick. */
export function mayLeadTo(name: string, address: string, hosts: readonly string[]): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (name === 'localhost') return loopback.check(address, family);
  const listed = family === 'ipv6' ? `[${address}]` : address;
  // Of the defaults this machine is listed for itself, which is no leave for names.
  if (hosts.includes(listed) && !loopback.check(address, family)) return true;
  return !special.check(address, family);
}
