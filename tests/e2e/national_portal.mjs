// The national portal as a stand-in: takes messages about dossiers over loopback and answers as it is told to; and what it would send.
import { once } from 'node:events';
import http from 'node:http';

export class NationalPortal {
  // behave(message, n-th time it comes): 'ok' (nothing said), 500 (any number), { status, after } (with Retry-After), 'code' (an error_code), 'slow' (no answer),
  // 'lost' (taken, and the line is cut before the answer).
  static async start({ key } = {}) {
    const portal = new NationalPortal();
    portal.key = key;
    portal.behave = () => 'ok';
    portal.came = []; // every request, as it came
    portal.taken = []; // messages acknowledged, or taken though the answer was lost, each once
    portal.refusals = [];
    portal.lists = {}; // what it has under LayDanhMucCoQuan and LayDanhSachTTHC
    portal.asked = []; // every request for one
    portal.list = () => 'ok'; // list(service, n-th time it is asked for): as behave, 'ok' or { status, after }
    portal.sockets = new Set();
    portal.server = http.createServer((request, response) => portal.#serve(request, response));
    portal.server.on('connection', (socket) => { portal.sockets.add(socket); socket.on('close', () => portal.sockets.delete(socket)); });
    portal.server.listen(0, '127.0.0.1');
    await once(portal.server, 'listening');
    portal.url = `http://127.0.0.1:${portal.server.address().port}/VXPAdapter/RestService/forward/mapi`;
    return portal;
  }

  async #serve(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json' || (this.key && request.headers.authorization !== `Bearer ${this.key}`)) {
      this.refusals.push(`${request.method} ${request.headers['content-type']} ${request.headers.authorization}`);
      response.writeHead(401).end();
      return;
    }
    const { service, isUpdating, data: [record] = [] } = JSON.parse(text);
    if (service.startsWith('Lay')) {
      const times = this.asked.filter((asked) => asked.service === service).length;
      this.asked.push({ service, cameMs: performance.now() });
      const how = this.list(service, times);
      if (how !== 'ok') {
        response.writeHead(how.status, { 'retry-after': how.after }).end('busy');
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ error_code: '0', message: '', result: this.lists[service] ?? [] }));
      return;
    }
    const message = { service, isUpdating, ...record, text, cameMs: performance.now() };
    const times = this.came.filter(({ MaThongDiep }) => MaThongDiep === message.MaThongDiep).length;
    this.came.push(message);
    const how = this.behave(message, times);
    if (how === 'slow') return; // until the socket is closed
    if (typeof how === 'number') {
      response.writeHead(how).end('busy');
      return;
    }
    if (how.after !== undefined) {
      response.writeHead(how.status, { 'retry-after': how.after }).end('busy');
      return;
    }
    if (how === 'code') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ error_code: '-1', message: 'Hồ sơ chưa hợp lệ' }));
      return;
    }
    if (!this.taken.some(({ MaThongDiep }) => MaThongDiep === message.MaThongDiep)) this.taken.push(message);
    if (how === 'lost') request.socket.destroy();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ error_code: '0', message: 'Thành công' }));
  }

  of(code) {
    return this.taken.filter(({ MaHoSo }) => MaHoSo === code);
  }

  async stop() {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

// ---- what it sends ----

const record = (code, more) => ({ MaHoSo: code, ...more });
export const filing = (code, { procedure, agency, number, name = 'Trần Văn Cổng', papers = [], ...more }) => ({ isUpdating: false, record: record(code, {
  MaTTHC: procedure, MaDonVi: agency, NgayTiepNhan: '20261120083000', DinhDanhCHS: number, ChuHoSo: name, LoaiDoiTuong: '0', KenhThucHien: '2',
  TrangThaiHoSo: '1', TaiLieuNop: papers.map(paper), ...more }) });
export const supplement = (code, papers, more = {}) => ({ isUpdating: true, record: record(code, {
  DanhSachHoSoBoSung: [{ NgayBoSung: '20261123090000' }], TaiLieuNop: papers.map(paper), ...more }) });
export const payment = (code, amount, reference, more = {}) => ({ isUpdating: true, record: record(code, {
  MaThamChieu: reference, DanhSachLePhi: [{ TenPhiLePhi: 'Lệ phí', Gia: amount, SoLuong: 1, TrangThaiThanhToan: 1 }], ...more }) });
export const withdrawal = (code, number, more = {}) => ({ isUpdating: true, record: record(code, { TrangThaiHoSo: '7', DinhDanhCHS: number, ...more }) });
const paper = (name) => ({ TenTepDinhKem: name, DuongDanTaiTepTin: `https://dichvucong.example/tep/${encodeURIComponent(name)}`, DuocSoHoa: '1' });

// Sends messages of one kind in one request; gives the answer.
export function send(client, token, messages) {
  const [{ isUpdating }] = messages;
  return client.request('POST', '/portal/messages', { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    JSON.stringify({ service: 'DongBoHoSoMC', isUpdating, data: messages.map((message) => message.record) }));
}
