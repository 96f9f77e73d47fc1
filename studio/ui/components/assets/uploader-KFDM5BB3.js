function i(r,t={},...e){let n=document.createElement(r);for(let[o,s]of Object.entries(t))s===void 0||s===!1||n.setAttribute(o,s===!0?"":String(s));return n.append(...e),n}function m(r,t,e={}){let n=i("button",{type:"button",class:"button",...e},r);return n.addEventListener("click",t),n}function c(r,t){r.textContent!==t&&(r.textContent=t)}var K=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function G(r){return K.format(r)}function v(r,t,e=`${t}s`){return`${G(r)} ${r===1?t:e}`}function g(r){let t=["bytes","KB","MB","GB","TB"],e=r,n=0;for(;e>=1e3&&n<t.length-1;)e/=1e3,n+=1;return`${n===0||e>=100?Math.round(e):e.toFixed(1)} ${t[n]}`}function D(r){let t=Math.max(0,Math.round(r));if(t<60)return`${t} s`;let e=Math.floor(t/60);return e<10?`${e} min ${t%60} s`:e<60?`${e} min`:`${Math.floor(e/60)} h ${e%60} min`}var l=class extends Error{constructor(e,n,o,s){super(e);this.what=e;this.why=n;this.fix=o;this.status=s}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},$=new URL("../",import.meta.url),X=2e4,P="_streamlit_xsrf";function y(r,t={}){let e=new URL(r,$);for(let[n,o]of Object.entries(t))o!=null&&o!==""&&e.searchParams.set(n,String(o));return e.href}function k(){for(let r of document.cookie.split("; "))if(r.startsWith(`${P}=`))return r.slice(P.length+1);return""}async function E(){await fetch(new URL("../_stcore/health",$),{cache:"no-store"})}function T(r,t){try{let{error:e}=JSON.parse(t);if(e.what)return new l(e.what,e.why,e.fix,r)}catch{}return r>=500?new l(`The studio answered with status ${r}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",r):new l(`The studio answered with status ${r}.`,"The server did not say why.","Reload the page and try again.",r)}function w(){return new l("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function M(r,t,e){let n={};r!=="GET"&&(n["x-xsrftoken"]=k()),e.json!==void 0&&(n["content-type"]="application/json");let o=new AbortController,s=setTimeout(()=>o.abort(),X),a=()=>o.abort();e.signal?.addEventListener("abort",a),e.signal?.aborted&&o.abort();let u={method:r,headers:n,credentials:"same-origin",keepalive:e.keepalive??!1,signal:o.signal};e.json!==void 0&&(u.body=JSON.stringify(e.json));try{return await fetch(t,u)}catch(f){throw e.signal?.aborted?f:w()}finally{clearTimeout(s),e.signal?.removeEventListener("abort",a)}}async function R(r,t,e={}){let n=await M(r,t,e);if(n.status===403&&r!=="GET"&&(await E().catch(()=>{}),n=await M(r,t,e)),!n.ok)throw T(n.status,await n.text().catch(()=>""));return n}async function q(r,t,e={}){return await(await R("POST",r,{...e,json:t})).json().catch(()=>Promise.reject(w()))}function b(r){return r instanceof l?r:new l("The page could not finish this step.",r instanceof Error?r.message:String(r),"Reload the page; nothing that was saved is lost.",-1)}var z=`.studio {
  --ink: var(--st-text-color, #31333f);
  --paper: var(--st-background-color, #ffffff);
  --soft: var(--st-secondary-background-color, #f0f2f6);
  --line: var(--st-border-color, rgba(49, 51, 63, 0.2));
  --accent: var(--st-primary-color, #ff4b4b);
  --muted: color-mix(in srgb, var(--ink) 68%, var(--paper));
  --good: var(--st-green-text-color, #158237);
  --warn: var(--st-orange-text-color, #b35300);
  --bad: var(--st-red-text-color, #bd4043);
  --bad-soft: var(--st-red-background-color, rgba(255, 43, 43, 0.09));
  --radius: var(--st-base-radius, 0.5rem);
  box-sizing: border-box;
  width: 100%;
  min-width: 0;
  color: var(--ink);
  font-family: var(--st-font, "Source Sans", sans-serif);
  font-size: 0.95rem;
  line-height: 1.45;
  color-scheme: light;
  container-type: inline-size;
  -webkit-tap-highlight-color: transparent;
}
.studio[data-theme="dark"] {
  color-scheme: dark;
}
.studio *,
.studio *::before,
.studio *::after {
  box-sizing: border-box;
}
.studio p {
  margin: 0;
}
.studio :focus {
  outline: none;
}
.studio :focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
.studio [hidden] {
  display: none !important;
}
.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 0.4rem;
  min-height: 2.5rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: var(--st-button-radius, var(--radius));
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  cursor: pointer;
  touch-action: manipulation;
  transition:
    border-color 0.12s,
    background-color 0.12s,
    color 0.12s;
}
@media (hover: hover) {
  .button:hover:not(:disabled) {
    border-color: var(--accent);
    color: color-mix(in srgb, var(--accent) 80%, var(--ink));
  }
}
.button:active:not(:disabled) {
  background: var(--soft);
}
.button:disabled {
  opacity: 0.45;
  cursor: default;
}
.button.primary {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--on-accent, #ffffff);
  font-weight: 600;
}
.button.primary:hover:not(:disabled) {
  background: color-mix(in srgb, var(--accent) 86%, black);
  color: var(--on-accent, #ffffff);
}
.button.quiet {
  border-color: transparent;
  background: transparent;
}
.button.quiet:hover:not(:disabled) {
  background: var(--soft);
}
.key {
  display: inline-block;
  min-width: 1.45em;
  padding: 0 0.3em;
  border: 1px solid var(--line);
  border-bottom-width: 2px;
  border-radius: 0.3rem;
  background: var(--paper);
  color: var(--muted);
  font-family: var(--st-code-font, monospace);
  font-size: 0.75em;
  line-height: 1.5;
  text-align: center;
}
.muted {
  color: var(--muted);
}
.small {
  font-size: 0.85rem;
}
.numbers {
  font-variant-numeric: tabular-nums;
}
.bar {
  position: relative;
  height: 0.5rem;
  overflow: hidden;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--ink) 12%, transparent);
}
.bar > div {
  width: 100%;
  height: 100%;
  border-radius: inherit;
  background: var(--accent);
  transform: scaleX(0);
  transform-origin: left;
  transition: transform 0.25s ease-out;
}
.notice {
  padding: 0.75rem 1rem;
  border-left: 3px solid var(--bad);
  border-radius: var(--radius);
  background: var(--bad-soft);
  overflow-wrap: anywhere;
}
.notice-what {
  font-weight: 600;
}
.notice-fix {
  margin-top: 0.25rem !important;
}
.notice-actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
  margin-top: 0.6rem;
}
.empty {
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 0.25rem;
  min-height: 8rem;
  padding: 1.5rem 1rem;
  border: 1px dashed var(--line);
  border-radius: var(--radius);
  color: var(--muted);
  text-align: center;
}
.empty strong {
  color: var(--ink);
  font-weight: 600;
}
.status {
  display: inline-flex;
  align-items: center;
  gap: 0.4rem;
  color: var(--muted);
  font-size: 0.85rem;
}
.status::before {
  content: "";
  flex: none;
  width: 0.5rem;
  height: 0.5rem;
  border-radius: 50%;
  background: currentColor;
}
.status[data-state="saved"] {
  color: var(--good);
}
.status[data-state="offline"],
.status[data-state="refused"] {
  color: var(--warn);
  font-weight: 600;
}
.visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (prefers-reduced-motion: reduce) {
  .studio * {
    transition: none !important;
    animation: none !important;
  }
}
@media (hover: none) {
  .button .key {
    display: none;
  }
}
`;function F(r,t){let e=document.createElement("span");e.style.color=t,r.append(e);let n=getComputedStyle(e).color;e.remove();let o=n.match(/[\d.]+/g)?.map(Number)??[],s=n.startsWith("color(")?255:1;return[(o[0]??0)*s,(o[1]??0)*s,(o[2]??0)*s]}function I([r,t,e]){let n=o=>{let s=o/255;return s<=.04045?s/12.92:((s+.055)/1.055)**2.4};return .2126*n(r)+.7152*n(t)+.0722*n(e)}function L(r){let t=I(F(r,"var(--st-background-color, #ffffff)"))<.4;r.dataset.theme=t?"dark":"light";let e=I(F(r,"var(--st-primary-color, #ff4b4b)"));r.style.setProperty("--on-accent",1.05/(e+.05)>=3?"#ffffff":"#111111")}var J=50;function U(r,t){let e=new WeakMap;return n=>{let o=n.parentElement,s=e.get(o);if(s)L(s.host),s.instance.update(n);else{let f=document.createElement("style");f.textContent=z+r;let h=document.createElement("div");h.className="studio",o.append(f,h),L(h),s={host:h,style:f,instance:t(h,n),turn:0},e.set(o,s)}let a=s,u=++a.turn;return()=>{setTimeout(()=>{a.turn!==u||a.host.isConnected||(a.instance.dispose(),a.host.remove(),a.style.remove(),e.delete(o))},J)}}}function V(r,...t){let e=i("div",{class:"notice",role:"alert"},i("p",{class:"notice-what"},r.what),i("p",{},r.why),i("p",{class:"notice-fix"},r.fix));return t.length>0&&e.append(i("div",{class:"notice-actions"},...t.map(n=>m(n.label,()=>n.run())))),e}function d(r,t,...e){if(!t){r.replaceChildren();return}let n=[t.what,t.why,...e.map(o=>o.label)].join(`
`);r.firstElementChild&&r.dataset.content===n||(r.dataset.content=n,r.replaceChildren(V(t,...e)))}var S={images:{suffixes:["zip","png","jpg","jpeg","gif","bmp","webp"],nothing:"A zip or a folder of pictures is needed, such as PNG or JPEG."},npy:{suffixes:["npy"],nothing:"NumPy files are needed, with names that end in .npy."}};function j(r){let t=Array.from(r,e=>({file:e,name:e.webkitRelativePath||e.name}));return O(t.filter(({name:e})=>!_(e)))}async function H(r){let t=Array.from(r.items,o=>o.webkitGetAsEntry()),e=[],n=t.filter(o=>o!==null);for(;n.length>0;)n=(await Promise.all(n.filter(s=>!_(s.fullPath)).map(async s=>{if(s.isDirectory)return Q(s);let a=await Y(s);return e.push({file:a,name:s.fullPath.replace(/^\/+/,"")}),[]}))).flat();return O(e.sort((o,s)=>o.name.localeCompare(s.name,"en")))}function _(r){return r.split("/").some(t=>t.startsWith(".")||t==="__MACOSX"||t==="Thumbs.db")}function N(r,t){let e=S[t].suffixes,n=r.files.filter(({name:o})=>e.includes(o.slice(o.lastIndexOf(".")+1).toLowerCase()));return{...r,files:n}}function O(r){let[t]=r;if(!t)return{files:r,label:""};let[e]=t.name.split("/");if(t.name.includes("/")&&r.every(({name:o})=>o.startsWith(`${e}/`))){let o=`${e}/`.length;return{files:r.map(({file:a,name:u})=>({file:a,name:u.slice(o)})),label:e??""}}return{files:r,label:r.length===1?t.name:`${r.length} files`}}async function Q(r){let t=r.createReader(),e=[];for(;;){let n=await new Promise((o,s)=>{t.readEntries(o,s)});if(n.length===0)return e;e.push(...n)}}function Y(r){return new Promise((t,e)=>r.file(t,e))}var B=`.uploader {
  display: grid;
  gap: 0.6rem;
  min-width: 0;
}
.uploader > div:empty {
  display: none;
}
.zone {
  display: grid;
  justify-items: center;
  gap: 0.9rem;
  padding: 1.75rem 1rem;
  border: 1.5px dashed var(--line);
  border-radius: var(--radius);
  background: var(--soft);
  text-align: center;
  transition:
    border-color 0.12s,
    background-color 0.12s;
}
.zone.over {
  border-color: var(--accent);
  background: color-mix(in srgb, var(--accent) 12%, var(--soft));
}
.prompt {
  font-size: 1.05rem;
}
@media (hover: none) {
  .prompt {
    display: none;
  }
}
.buttons {
  display: flex;
  flex-wrap: wrap;
  justify-content: center;
  gap: 0.5rem;
}
.buttons > span {
  position: relative;
}
.busy {
  display: grid;
  gap: 0.5rem;
  padding: 0.75rem 1rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
}
.busy-head,
.busy-foot {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 0.25rem 1rem;
}
.busy-foot {
  flex-wrap: wrap;
}
.label {
  min-width: 0;
  font-weight: 600;
  overflow-wrap: anywhere;
}
.busy-head .button {
  flex: none;
}
.busy.done .bar {
  display: none;
}
`;var ee=3,te=500,re=8e3,p=class extends Error{},x=class{constructor(t,e){this.onProgress=e;this.queue=[...t],this.total=t.reduce((n,{file:o})=>n+o.size,0)}onProgress;total;upload=null;trouble=null;queue;requests=new Map;finished=0;cancelled=!1;get sent(){let t=this.finished;for(let e of this.requests.values())t+=e;return Math.min(this.total,t)}get filesLeft(){return this.queue.length+this.requests.size}async run(){this.upload??=await this.persist(async()=>(await q(y("uploads"),{})).upload);let t=this.upload,e=Array.from({length:Math.min(ee,this.queue.length)},()=>this.work(t)),n=await Promise.allSettled(e);for(let o of n)if(o.status==="rejected")throw o.reason;return t}cancel(){this.cancelled=!0;for(let t of this.requests.keys())t.abort();this.upload&&A(this.upload)}async work(t){for(let e=this.queue.shift();e;e=this.queue.shift()){let{file:n,name:o}=e;try{await this.persist(()=>this.put(t,n,o),n)}catch(s){throw this.queue.unshift(e),s}this.finished+=n.size,this.onProgress()}}async persist(t,e){for(let n=0;;n+=1){if(this.cancelled)throw new p;try{let o=await t();return this.trouble=null,o}catch(o){if(this.cancelled)throw new p;let s=b(o);if(!s.passing)throw s;e&&await ne(e),this.trouble=s,this.onProgress(),await oe(Math.min(re,te*2**n))}}}async put(t,e,n){let o=y(`uploads/${t}/files`,{name:n});try{await this.send(o,e)}catch(s){if(!(s instanceof l)||s.status!==403)throw s;await E(),await this.send(o,e)}}send(t,e){return new Promise((n,o)=>{let s=new XMLHttpRequest;this.requests.set(s,0),s.open("PUT",t),s.setRequestHeader("x-xsrftoken",k()),s.setRequestHeader("content-type","application/octet-stream"),s.upload.addEventListener("progress",a=>{this.requests.has(s)&&(this.requests.set(s,a.loaded),this.onProgress())}),s.addEventListener("loadend",()=>{this.requests.delete(s),s.status>=200&&s.status<300?n():s.status===0?o(w()):o(T(s.status,s.responseText))}),s.send(e)})}};function A(r){R("DELETE",y(`uploads/${r}`),{keepalive:!0}).catch(()=>{})}async function ne(r){try{await r.slice(0,1).arrayBuffer()}catch{throw new l(`The file ${r.name} can no longer be read.`,"It was changed, moved or deleted since it was chosen.","Cancel, and choose the files again.",-1)}}function oe(r){return new Promise(t=>setTimeout(t,r))}var se=4e3,ie=100,C=class{args;transfer=null;choice={files:[],label:""};done=null;marks=[];painted=0;skipped=0;zone=i("div",{class:"zone"});prompt=i("p",{class:"prompt"});buttons=i("div",{class:"buttons"});busy=i("div",{class:"busy",hidden:!0});label=i("p",{class:"label"});figures=i("p",{class:"muted small numbers"});fill=i("div");bar=i("div",{class:"bar",role:"progressbar","aria-label":"Upload","aria-valuemin":0,"aria-valuemax":100},this.fill);status=i("span",{class:"status",role:"status"});stopButton=m("Cancel",()=>this.stop());place=i("div");onUnload=t=>{this.transfer&&t.preventDefault()};constructor(t,e){this.args=e,this.zone.append(this.prompt,this.buttons),this.busy.append(i("div",{class:"busy-head"},this.label,this.stopButton),this.bar,i("div",{class:"busy-foot"},this.figures,this.status));let n=i("div",{class:"uploader"},this.zone,this.busy,this.place);n.addEventListener("keydown",o=>o.stopPropagation()),n.addEventListener("dragover",o=>this.hover(o,!0)),n.addEventListener("dragleave",o=>this.hover(o,!1)),n.addEventListener("drop",o=>this.drop(o)),t.append(n),addEventListener("beforeunload",this.onUnload),this.offer(e.data.kind)}update(t){let e=t.data.kind!==this.args.data.kind;this.args=t,e&&this.offer(t.data.kind)}dispose(){removeEventListener("beforeunload",this.onUnload),this.transfer?.cancel()}offer(t){if(t==="npy"){c(this.prompt,"Drop .npy files here"),this.buttons.replaceChildren(this.chooser("Choose .npy files",{accept:".npy",multiple:!0},!0));return}c(this.prompt,"Drop a zip or a folder of pictures here");let e="webkitdirectory"in HTMLInputElement.prototype;this.buttons.replaceChildren(this.chooser("Choose a zip",{accept:".zip,application/zip"},!0),e?this.chooser("Choose a folder",{webkitdirectory:!0,multiple:!0},!1):this.chooser("Choose pictures",{accept:"image/*",multiple:!0},!1))}chooser(t,e,n){let o=i("input",{type:"file",class:"visually-hidden",tabindex:-1,...e});o.setAttribute("aria-hidden","true"),o.addEventListener("change",()=>{o.files&&o.files.length>0&&this.begin(j(o.files)),o.value=""});let s=m(t,()=>o.click(),{class:n?"button primary":"button"});return i("span",{},s,o)}hover(t,e){t.preventDefault(),this.zone.classList.toggle("over",e&&!this.transfer)}drop(t){t.preventDefault(),t.stopPropagation(),this.zone.classList.remove("over"),!(!t.dataTransfer||this.transfer)&&H(t.dataTransfer).then(e=>this.begin(e),e=>d(this.place,b(e)))}begin(t){let{kind:e}=this.args.data,n=N(t,e);if(n.files.length===0){let o=t.label?`“${t.label}” holds nothing that fits here.`:"No file was chosen.",s=e==="npy"?"Choose other files.":"Choose another zip or folder.";d(this.place,new l(o,S[e].nothing,s,-1));return}this.done&&this.forgetDone(),this.choice=n,this.skipped=t.files.length-n.files.length,this.transfer=new x(n.files,()=>this.progress()),this.marks=[{at:performance.now(),sent:0}],this.go()}async go(){let{transfer:t,choice:e}=this;if(t){d(this.place,null),this.paint();try{let n=await t.run();this.transfer=null,this.done={upload:n,files:e.files.length,bytes:t.total,label:e.label},this.args.setStateValue("upload",this.done)}catch(n){if(n instanceof p)return;d(this.place,b(n),{label:"Try again",run:()=>{this.go()}},{label:"Cancel",run:()=>this.stop()})}this.paint()}}stop(){this.transfer?.cancel(),this.transfer=null,d(this.place,null),this.done&&(this.forgetDone(),this.args.setStateValue("upload",null)),this.paint(),this.buttons.querySelector("button")?.focus()}forgetDone(){this.done&&A(this.done.upload),this.done=null}progress(){let t=performance.now(),{transfer:e}=this;t-this.painted<ie&&e&&e.filesLeft>0&&!e.trouble||(this.painted=t,this.paint())}paint(){let{transfer:t,done:e}=this;if(this.zone.hidden=t!==null||e!==null,this.busy.hidden=!this.zone.hidden,this.busy.classList.toggle("done",e!==null),c(this.stopButton,e?"Remove":"Cancel"),e){c(this.label,e.label),this.share(1);let n=this.skipped>0?` · ${v(this.skipped,"other file")} left out`:"";c(this.figures,`${v(e.files,"file")} · ${g(e.bytes)}${n}`),this.say("saved","uploaded")}else t&&(c(this.label,this.choice.label),this.share(t.total>0?t.sent/t.total:0),c(this.figures,this.pace(t)),t.trouble?this.say("offline","connection lost, trying again"):this.say("saving","uploading…"))}share(t){this.fill.style.transform=`scaleX(${t})`,this.bar.setAttribute("aria-valuenow",String(Math.round(t*100)))}say(t,e){this.status.dataset.state=t,c(this.status,e)}pace(t){let e=performance.now();for(this.marks.push({at:e,sent:t.sent});this.marks.length>2&&e-(this.marks[0]?.at??e)>se;)this.marks.shift();let[n]=this.marks,o=n?e-n.at:0,s=n&&o>300?(t.sent-n.sent)/o*1e3:0,a=[`${g(t.sent)} of ${g(t.total)}`],{length:u}=this.choice.files;return u>1&&a.push(`${u-t.filesLeft} of ${v(u,"file")}`),s>0&&a.push(`${g(s)}/s`,`about ${D((t.total-t.sent)/s)} left`),a.join(" · ")}},Se=U(B,(r,t)=>new C(r,t));export{Se as default};
