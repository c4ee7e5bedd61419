// A thousand inbound messages, twice and shuffled: what portal.test.mjs does with two hundred.
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { anyOrder } from './portal_order.mjs';
import { House, place } from './support.mjs';

let house;
before(async () => {
  house = await House.start('portal_long');
  house.database.sql("INSERT INTO partner (id, kind) VALUES (5001, 'PORTAL')");
});
after(() => house.stop());

test('R30: the same 1,000 messages twice and shuffled give the same dossiers and one receipt each', async () => {
  const token = house.token('partner');
  house.database.sql(`UPDATE session SET scopes = '{portal.exchange}' WHERE id = '${decodeJwt(token).sid}'`);
  await anyOrder({ house, token, where: place(house.database), count: 1000 });
});
