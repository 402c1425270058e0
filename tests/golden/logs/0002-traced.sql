PRAGMA application_id = 1396787009;
PRAGMA user_version = 0;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE definitions (
	namespace TEXT NOT NULL, 
	name TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	content_hash TEXT NOT NULL, 
	document TEXT NOT NULL, 
	facts TEXT NOT NULL, 
	create_time INTEGER NOT NULL, 
	deprecate_time INTEGER, 
	CONSTRAINT definitions_pk PRIMARY KEY (namespace, name, version)
)
 STRICT

;
INSERT INTO "definitions" VALUES('default','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"abc","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p"},{"action":"act","id":"c","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','diamond',1,'42b0b5421710644539bb607acd97781f1cf639e46d299f75f4c16b97c98605d2','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"diamond","output":{"n":"${steps.d.output.n}","who":"${input.who}"},"retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p"},{"action":"act","after":["a"],"id":"c","participant":"p"},{"action":"act","after":["b","c"],"id":"d","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"pivoted","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","kind":"STEP_KIND_PIVOT","participant":"p"},{"action":"act","id":"c","kind":"STEP_KIND_RETRYABLE","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','quick',1,'1dd59dc527af777a068861788d540e06389353e9c6efcf15e44365430c545d0c','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"quick","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p"}],"timeout":"10s","version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','impatient',1,'9edcd0b4257574464086d79caf903635f38e2ef83febd55e00f789fc3ebd9a13','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"impatient","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p","pending_poll_interval":"10s","pending_timeout":"30s"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','forgetful',1,'3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"forgetful","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"forgetful"}],"version":1}','{"forgetful":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":false}},"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','unresolved',1,'1ca717dc89f3875fc8cc4e19926aae40b335402061cd6bc47616b073ac51c4d9','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"unresolved","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","input":{"x":"${steps.a.output.missing}"},"participant":"p"},{"action":"act","after":["a"],"id":"c","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','mute',1,'099f0c5ee322c53f1bd3fc73dee336d59fdf042d5c7301ca424efc5915189aec','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"mute","output":{"x":"${steps.a.output.missing}"},"retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
CREATE TABLE events (
	uid BLOB NOT NULL, 
	sequence INTEGER NOT NULL, 
	append_id BLOB, 
	type TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	time INTEGER NOT NULL, 
	data TEXT NOT NULL, 
	CONSTRAINT events_pk PRIMARY KEY (uid, sequence), 
	CONSTRAINT events_saga FOREIGN KEY(uid) REFERENCES sagas (uid)
)
 STRICT

;
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',1,X'D1C427103C344C4189EB2F1E7BD5D47E','SagaStarted',2,1800000000000000,'{"definition_name":"diamond","definition_version":1,"definition_hash":"42b0b5421710644539bb607acd97781f1cf639e46d299f75f4c16b97c98605d2","input":{"json":"{\"who\": \"Zo\\u00eb\"}"},"timeout_time":1800086400000000,"labels":{"shop":"north"},"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","trace_origin":"b7ad6b7169203330"}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',2,NULL,'StepIntended',1,1800000000000000,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',3,X'6110E5781BCCCEA696762E6116C6E9C9','StepCompleted',1,1800000000000000,'{"step_id":"a","output":{"binary":"AP8=","content_type":"image/png","metadata":{"colour":"none"}},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',4,NULL,'StepIntended',1,1800000000000000,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',5,NULL,'StepIntended',1,1800000000000000,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',6,X'822CE47CA8C74107E66CB0E4B2B3F4D5','StepCompleted',1,1800000000000000,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',7,X'760E819B85C924C3597164C4A6058A00','StepCompleted',1,1800000000000000,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',8,NULL,'StepIntended',1,1800000000000000,'{"step_id":"d","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',9,X'433D2E44FED8B6B8357E44CD3129903A','StepCompleted',1,1800000000000000,'{"step_id":"d","output":{"json":"{\"n\": 7}"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',10,NULL,'SagaCompleted',1,1800000000000000,'{"output":{"json":"{\"n\":7,\"who\":\"Zoë\"}"}}');
INSERT INTO "events" VALUES(X'01A3185C50007143A6C3F3391A2B8F1F',1,X'DCBED407E3E6B605B99E8306DDA748A6','SagaStarted',2,1800000000000001,'{"definition_name":"mute","definition_version":1,"definition_hash":"099f0c5ee322c53f1bd3fc73dee336d59fdf042d5c7301ca424efc5915189aec","input":{"json":"{}"},"timeout_time":1800086400000001}');
INSERT INTO "events" VALUES(X'01A3185C50007143A6C3F3391A2B8F1F',2,NULL,'StepIntended',1,1800000000000001,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C50007143A6C3F3391A2B8F1F',3,X'4A146CF0D98A98E1CF999661F967BDAF','StepCompleted',1,1800000000000001,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C50007143A6C3F3391A2B8F1F',4,NULL,'SagaCompleted',1,1800000000000001,'{"failure":{"reason":"OUTPUT_UNRESOLVED","message":"the output does not resolve: x, column 1: null has no ''missing''"}}');
INSERT INTO "events" VALUES(X'01A3185C5000776FB9D179E06C0FD4F5',1,X'BCB81287FDC8C0388FE881C3A0661970','SagaStarted',2,1800000000000002,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086400000002}');
INSERT INTO "events" VALUES(X'01A3185C5000776FB9D179E06C0FD4F5',2,NULL,'StepIntended',1,1800000000000002,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C5000776FB9D179E06C0FD4F5',3,X'8A34888D396CAB3B80D27F58DF111A3B','StepCompleted',1,1800000000000002,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C5000776FB9D179E06C0FD4F5',4,NULL,'StepIntended',1,1800000000000002,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C5000776FB9D179E06C0FD4F5',5,X'9A78CDC29492A875F74AC6F3AA202F4A','ExecuteAttemptFailed',1,1800000000000002,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000000676850}');
INSERT INTO "events" VALUES(X'01A3185C5000776FB9D179E06C0FD4F5',6,X'F0A890EA47CA738EB48C14EC53676DA4','ExecuteAttemptFailed',1,1800000000676850,'{"step_id":"b","attempt":2,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":1800000001093029}');
INSERT INTO "events" VALUES(X'01A3185C5000776FB9D179E06C0FD4F5',7,X'ED6740B9BD7425DCB03DE04BF0A4F21E','StepCompleted',1,1800000001093029,'{"step_id":"b","output":{},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C5000776FB9D179E06C0FD4F5',8,NULL,'StepIntended',1,1800000001093029,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C5000776FB9D179E06C0FD4F5',9,X'D46D44E5A833B3B84E0F27F9F7A910B6','StepCompleted',1,1800000001093029,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C5000776FB9D179E06C0FD4F5',10,NULL,'SagaCompleted',1,1800000001093029,'{}');
INSERT INTO "events" VALUES(X'01A3185C544571F9AC0F3459F79B17AE',1,X'0D387DD45CE301E94A2599ABF5FD9930','SagaStarted',2,1800000001093030,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086401093030}');
INSERT INTO "events" VALUES(X'01A3185C544571F9AC0F3459F79B17AE',2,NULL,'StepIntended',1,1800000001093030,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C544571F9AC0F3459F79B17AE',3,X'A1AE6B96681C34F9C424EAE11631D67F','StepCompleted',1,1800000001093030,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C544571F9AC0F3459F79B17AE',4,NULL,'StepIntended',1,1800000001093030,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C544571F9AC0F3459F79B17AE',5,X'C5475A81BCD2B26419DAC896481471DA','ExecuteAttemptFailed',1,1800000001093030,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000001939227}');
INSERT INTO "events" VALUES(X'01A3185C544571F9AC0F3459F79B17AE',6,X'58AF22CCBD6C7F67757B106AAFA12CAA','ExecuteAttemptFailed',1,1800000001939227,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000002181966}');
INSERT INTO "events" VALUES(X'01A3185C544571F9AC0F3459F79B17AE',7,X'A77AFAB3D84B9DC66B1AABAC50B0FBBC','StepCompleted',1,1800000002181966,'{"step_id":"b","output":{},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C544571F9AC0F3459F79B17AE',8,NULL,'StepIntended',1,1800000002181966,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C544571F9AC0F3459F79B17AE',9,X'16CA5F700608ECA9153D28821562A11B','ExecuteAttemptFailed',1,1800000002181966,'{"step_id":"c","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000002556669}');
INSERT INTO "events" VALUES(X'01A3185C544571F9AC0F3459F79B17AE',10,X'B95DAC64D892DA5EFC8D5C7D438A96BB','StepCompleted',1,1800000002556669,'{"step_id":"c","output":{},"attempt":2}');
INSERT INTO "events" VALUES(X'01A3185C544571F9AC0F3459F79B17AE',11,NULL,'SagaCompleted',1,1800000002556669,'{}');
INSERT INTO "events" VALUES(X'01A3185C59FC74108EFBC8D60B21FBAC',1,X'A24A2AD9BB30B2FB253C649D8DE3DA97','SagaStarted',2,1800000002556670,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086402556670}');
INSERT INTO "events" VALUES(X'01A3185C59FC74108EFBC8D60B21FBAC',2,NULL,'StepIntended',1,1800000002556670,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C59FC74108EFBC8D60B21FBAC',3,X'D806ACA54E019C2BF0FE282BD4B49280','StepCompleted',1,1800000002556670,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C59FC74108EFBC8D60B21FBAC',4,NULL,'StepIntended',1,1800000002556670,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C59FC74108EFBC8D60B21FBAC',5,X'4D3226033D0141C5318113336B5E248A','ExecuteAttemptFailed',1,1800000002556670,'{"step_id":"b","attempt":1,"failure":{"code":"ABORTED","reason":"IN_PROGRESS","message":"a test said ABORTED"},"retry_time":1800000002783607,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C59FC74108EFBC8D60B21FBAC',6,X'A35A8A67298A868322F9045811E7D4F3','ExecuteAttemptFailed',1,1800000002783607,'{"step_id":"b","attempt":2,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000003331945,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C59FC74108EFBC8D60B21FBAC',7,X'61B4E5E8EB7FEF44424DC2A8687C498C','ExecuteAttemptFailed',1,1800000003331945,'{"step_id":"b","attempt":3,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000003685219,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C59FC74108EFBC8D60B21FBAC',8,X'C77B39621BA19DC8870461DB595D0BD2','ExecuteAttemptFailed',1,1800000003685219,'{"step_id":"b","attempt":4,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000004414619,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C59FC74108EFBC8D60B21FBAC',9,X'18323383E8CA23CF8F7D16219919C884','ExecuteAttemptFailed',1,1800000004414619,'{"step_id":"b","attempt":5,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000005353078,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C59FC74108EFBC8D60B21FBAC',10,X'57CD20F3BA185E0E0B7D297B4CFCB8DE','StepCompleted',1,1800000005353078,'{"step_id":"b","output":{},"attempt":6}');
INSERT INTO "events" VALUES(X'01A3185C59FC74108EFBC8D60B21FBAC',11,NULL,'StepIntended',1,1800000005353078,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C59FC74108EFBC8D60B21FBAC',12,X'963CED8D08AD2833F442E6F0535C3581','StepCompleted',1,1800000005353078,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C59FC74108EFBC8D60B21FBAC',13,NULL,'SagaCompleted',1,1800000005353078,'{}');
INSERT INTO "events" VALUES(X'01A3185C64E97A179B569643D037CDFF',1,X'08909858A8DB670002BFD989BE9E448A','SagaStarted',2,1800000005353079,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086405353079}');
INSERT INTO "events" VALUES(X'01A3185C64E97A179B569643D037CDFF',2,NULL,'StepIntended',1,1800000005353079,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64E97A179B569643D037CDFF',3,X'4EAFC99C9A6CC554C31B4975041C9099','StepCompleted',1,1800000005353079,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64E97A179B569643D037CDFF',4,NULL,'StepIntended',1,1800000005353079,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64E97A179B569643D037CDFF',5,X'2C65C73A1FAEA7A29BB75D2DD15CFE8C','StepCompleted',1,1800000005353079,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64E97A179B569643D037CDFF',6,NULL,'StepIntended',1,1800000005353079,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64E97A179B569643D037CDFF',7,X'AB136BDC8C307317977E66CCD33E108D','StepRejected',1,1800000005353079,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64E97A179B569643D037CDFF',8,NULL,'CompensationStarted',1,1800000005353079,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C64E97A179B569643D037CDFF',9,NULL,'CompensationIntended',1,1800000005353079,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C64E97A179B569643D037CDFF',10,X'150A02D1B6BD52EE41F35A41D63D4F08','StepCompensated',1,1800000005353079,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64E97A179B569643D037CDFF',11,NULL,'CompensationIntended',1,1800000005353079,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C64E97A179B569643D037CDFF',12,X'012B51AC263D091212D54E15B55D3ADE','StepCompensated',1,1800000005353079,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64E97A179B569643D037CDFF',13,NULL,'SagaCompensated',1,1800000005353079,'{}');
INSERT INTO "events" VALUES(X'01A3185C64E9716E810FAA4003BA33DB',1,X'6A81FC47031DE33F76B4C5444E72071C','SagaStarted',2,1800000005353080,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086405353080}');
INSERT INTO "events" VALUES(X'01A3185C64E9716E810FAA4003BA33DB',2,NULL,'StepIntended',1,1800000005353080,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64E9716E810FAA4003BA33DB',3,X'E59C422FC9182C58DC12504A88C2CB11','StepCompleted',1,1800000005353080,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64E9716E810FAA4003BA33DB',4,NULL,'StepIntended',1,1800000005353080,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64E9716E810FAA4003BA33DB',5,X'EFD75541C4660287327FB3F3128C0B2B','StepFailed',1,1800000005353080,'{"step_id":"b","kind":"PERMANENT","failure":{"code":"INVALID_ARGUMENT","reason":"FIELD_INVALID","message":"a test said INVALID_ARGUMENT"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64E9716E810FAA4003BA33DB',6,NULL,'CompensationStarted',1,1800000005353080,'{"cause":"FAILED","failure":{"code":"INVALID_ARGUMENT","reason":"FIELD_INVALID","message":"a test said INVALID_ARGUMENT"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185C64E9716E810FAA4003BA33DB',7,NULL,'CompensationIntended',1,1800000005353080,'{"step_id":"b","outcome":"UNKNOWN"}');
INSERT INTO "events" VALUES(X'01A3185C64E9716E810FAA4003BA33DB',8,X'639EF0A5FEC12AB6EFE0634B7A536774','StepCompensated',1,1800000005353080,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64E9716E810FAA4003BA33DB',9,NULL,'CompensationIntended',1,1800000005353080,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C64E9716E810FAA4003BA33DB',10,X'5E351A7FAB0E49793F993B1D63EA0C06','StepCompensated',1,1800000005353080,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64E9716E810FAA4003BA33DB',11,NULL,'SagaCompensated',1,1800000005353080,'{}');
INSERT INTO "events" VALUES(X'01A3185C64E97BD3ABC1538557E54ACC',1,X'0C58233021DE274273CED71B0AA2E240','SagaStarted',2,1800000005353081,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086405353081}');
INSERT INTO "events" VALUES(X'01A3185C64E97BD3ABC1538557E54ACC',2,NULL,'StepIntended',1,1800000005353081,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64E97BD3ABC1538557E54ACC',3,X'EAF5968218850BFAA7FC8635B82B2FF7','StepCompleted',1,1800000005353081,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64E97BD3ABC1538557E54ACC',4,NULL,'StepIntended',1,1800000005353081,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64E97BD3ABC1538557E54ACC',5,X'E48229D1A5DEBDF9E8555405951CB239','ExecuteAttemptFailed',1,1800000005353081,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000005958729}');
INSERT INTO "events" VALUES(X'01A3185C64E97BD3ABC1538557E54ACC',6,X'E99905B88891BBF5ECAC0429EF541772','ExecuteAttemptFailed',1,1800000005958729,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000006105190}');
INSERT INTO "events" VALUES(X'01A3185C64E97BD3ABC1538557E54ACC',7,X'CD99718B97000ED59B397938F11B1BFA','StepFailed',1,1800000006105190,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C64E97BD3ABC1538557E54ACC',8,NULL,'CompensationStarted',1,1800000006105190,'{"cause":"ATTEMPTS_EXHAUSTED","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185C64E97BD3ABC1538557E54ACC',9,NULL,'CompensationIntended',1,1800000006105190,'{"step_id":"b","outcome":"UNKNOWN"}');
INSERT INTO "events" VALUES(X'01A3185C64E97BD3ABC1538557E54ACC',10,X'06553DCCFFDAEEB1A7DD3F847A946A73','StepCompensated',1,1800000006105190,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64E97BD3ABC1538557E54ACC',11,NULL,'CompensationIntended',1,1800000006105190,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C64E97BD3ABC1538557E54ACC',12,X'578404A624F9DB073D091865576AC6AC','StepCompensated',1,1800000006105190,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64E97BD3ABC1538557E54ACC',13,NULL,'SagaCompensated',1,1800000006105190,'{}');
INSERT INTO "events" VALUES(X'01A3185C67D97185A8EA37F7523D2A54',1,X'CDF4216D898A0C0FE89AC9BC9570714C','SagaStarted',2,1800000006105191,'{"definition_name":"unresolved","definition_version":1,"definition_hash":"1ca717dc89f3875fc8cc4e19926aae40b335402061cd6bc47616b073ac51c4d9","input":{"json":"{}"},"timeout_time":1800086406105191}');
INSERT INTO "events" VALUES(X'01A3185C67D97185A8EA37F7523D2A54',2,NULL,'StepIntended',1,1800000006105191,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C67D97185A8EA37F7523D2A54',3,X'3F434E363D0323E0030A250C945A6F4E','StepCompleted',1,1800000006105191,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C67D97185A8EA37F7523D2A54',4,NULL,'StepBlocked',1,1800000006105191,'{"step_id":"b","failure":{"reason":"INPUT_UNRESOLVED","message":"the input of step ''b'' does not resolve: x, column 1: null has no ''missing''"}}');
INSERT INTO "events" VALUES(X'01A3185C67D97185A8EA37F7523D2A54',5,NULL,'StepIntended',1,1800000006105191,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C67D97185A8EA37F7523D2A54',6,NULL,'CompensationStarted',1,1800000006105191,'{"cause":"FAILED","failure":{"reason":"INPUT_UNRESOLVED","message":"the input of step ''b'' does not resolve: x, column 1: null has no ''missing''"},"step_id":"b","struck":["c"]}');
INSERT INTO "events" VALUES(X'01A3185C67D97185A8EA37F7523D2A54',7,NULL,'CompensationIntended',1,1800000006105191,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C67D97185A8EA37F7523D2A54',8,X'B9F9911394FD734F0E11CCEAFE3475F0','StepCompensated',1,1800000006105191,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C67D97185A8EA37F7523D2A54',9,NULL,'SagaCompensated',1,1800000006105191,'{}');
INSERT INTO "events" VALUES(X'01A3185C67D9709FAA8A43EF28804790',1,X'788A9A402250612120C32B02832B8B8F','SagaStarted',2,1800000006105192,'{"definition_name":"forgetful","definition_version":1,"definition_hash":"3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e","input":{"json":"{}"},"timeout_time":1800086406105192}');
INSERT INTO "events" VALUES(X'01A3185C67D9709FAA8A43EF28804790',2,NULL,'StepIntended',1,1800000006105192,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C67D9709FAA8A43EF28804790',3,X'D2E5B409D6823097861FC5D10B00B437','StepCompleted',1,1800000006105192,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C67D9709FAA8A43EF28804790',4,NULL,'StepIntended',1,1800000006105192,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C67D9709FAA8A43EF28804790',5,X'5CE8FD91D86DFA75468BE82BCC1DF2D3','ExecuteAttemptFailed',1,1800000006105192,'{"step_id":"b","attempt":1,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":1800000007067393}');
INSERT INTO "events" VALUES(X'01A3185C67D9709FAA8A43EF28804790',6,X'4FDC3AB4AF7D7A9FC88C45820E949409','StepFailed',1,1800000007067393,'{"step_id":"b","kind":"REJECTED_UNCONFIRMED","failure":{"reason":"REFUSED","message":"no"},"attempt":2}');
INSERT INTO "events" VALUES(X'01A3185C67D9709FAA8A43EF28804790',7,NULL,'CompensationStarted',1,1800000007067393,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185C67D9709FAA8A43EF28804790',8,NULL,'CompensationIntended',1,1800000007067393,'{"step_id":"b","outcome":"UNKNOWN"}');
INSERT INTO "events" VALUES(X'01A3185C67D9709FAA8A43EF28804790',9,X'7476D058EFB9591978CDAC347D35C992','StepCompensated',1,1800000007067393,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C67D9709FAA8A43EF28804790',10,NULL,'CompensationIntended',1,1800000007067393,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C67D9709FAA8A43EF28804790',11,X'BFD1D56ECC9966977EC2B131EDB20A7E','StepCompensated',1,1800000007067393,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C67D9709FAA8A43EF28804790',12,NULL,'SagaCompensated',1,1800000007067393,'{}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',1,X'302E0D8141E3F27F753B670448DA4953','SagaStarted',2,1800000007067394,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086407067394}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',2,NULL,'StepIntended',1,1800000007067394,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',3,X'86C0FE66B55051E681AA0648E4BDA104','StepCompleted',1,1800000007067394,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',4,NULL,'StepIntended',1,1800000007067394,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',5,X'2D8787DB93D0E6533ECFA6CF5A4AAFFC','StepCompleted',1,1800000007067394,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',6,NULL,'StepIntended',1,1800000007067394,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',7,X'B1BD9822ECF8CE563BB3E26DEB1E8936','StepRejected',1,1800000007067394,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',8,NULL,'CompensationStarted',1,1800000007067394,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',9,NULL,'CompensationIntended',1,1800000007067394,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',10,X'3E01AE18D69373D6C275156185D6A3EE','CompensateAttemptFailed',1,1800000007067394,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000007333929}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',11,X'390873D6F673E6AF8ADAC988B71B087C','CompensateAttemptFailed',1,1800000007333929,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000008248373}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',12,X'22FEB8103516B8B935AF570A9D9AAD15','StepCompensated',1,1800000008248373,'{"step_id":"b","attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',13,NULL,'CompensationIntended',1,1800000008248373,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',14,X'0B30A32AD97E36E94D0CC8896B158536','CompensateAttemptFailed',1,1800000008248373,'{"step_id":"a","attempt":1,"failure":{"code":"ABORTED","reason":"IN_PROGRESS","message":"a test said ABORTED"},"retry_time":1800000008381390,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',15,X'4DE88181807054D700C45A416C533C5E','StepCompensated',1,1800000008381390,'{"step_id":"a","attempt":2}');
INSERT INTO "events" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B',16,NULL,'SagaCompensated',1,1800000008381390,'{}');
INSERT INTO "events" VALUES(X'01A3185C70BD7C358A8D15D81D296588',1,X'A7390FDE58A6A9F14C999E9A45EC8FC7','SagaStarted',2,1800000008381391,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086408381391}');
INSERT INTO "events" VALUES(X'01A3185C70BD7C358A8D15D81D296588',2,NULL,'StepIntended',1,1800000008381391,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C70BD7C358A8D15D81D296588',3,X'54CE23E3D386217DBF08A622D8107894','StepCompleted',1,1800000008381391,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C70BD7C358A8D15D81D296588',4,NULL,'StepIntended',1,1800000008381391,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C70BD7C358A8D15D81D296588',5,X'2FC4B11AA9181B5248EF040A06DE1668','StepCompleted',1,1800000008381391,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C70BD7C358A8D15D81D296588',6,NULL,'StepIntended',1,1800000008381391,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C70BD7C358A8D15D81D296588',7,X'8F35BDDD6B78C1FDEFFFC1C91A50B725','StepRejected',1,1800000008381391,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C70BD7C358A8D15D81D296588',8,NULL,'CompensationStarted',1,1800000008381391,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C70BD7C358A8D15D81D296588',9,NULL,'CompensationIntended',1,1800000008381391,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C70BD7C358A8D15D81D296588',10,X'650E455725485C1DF6D47C9D955D6096','CompensateAttemptFailed',1,1800000008381391,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000009209896}');
INSERT INTO "events" VALUES(X'01A3185C70BD7C358A8D15D81D296588',11,X'E6BC1E9275CEDE8C53534539822EE390','CompensateAttemptFailed',1,1800000009209896,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000009587935}');
INSERT INTO "events" VALUES(X'01A3185C70BD7C358A8D15D81D296588',12,X'506109E4F355A94B69967F90F680C788','CompensationFailed',1,1800000009587935,'{"step_id":"b","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C70BD7C358A8D15D81D296588',13,NULL,'SagaStuck',1,1800000009587935,'{"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"step_id":"b","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185C757376F5A592067375305DB7',1,X'FC3C941B06CB79C9A862B60B329DE8D3','SagaStarted',2,1800000009587936,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086409587936}');
INSERT INTO "events" VALUES(X'01A3185C757376F5A592067375305DB7',2,NULL,'StepIntended',1,1800000009587936,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C757376F5A592067375305DB7',3,X'45EE199DEA18A0AB916DB903958B7817','StepCompleted',1,1800000009587936,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C757376F5A592067375305DB7',4,NULL,'StepIntended',1,1800000009587936,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C757376F5A592067375305DB7',5,X'61997CD3F14B93E2687535CA80FB3E0A','StepCompleted',1,1800000009587936,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C757376F5A592067375305DB7',6,NULL,'StepIntended',1,1800000009587936,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C757376F5A592067375305DB7',7,X'A35217C99DF4F7FCD60E3896F58BC76B','StepRejected',1,1800000009587936,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C757376F5A592067375305DB7',8,NULL,'CompensationStarted',1,1800000009587936,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C757376F5A592067375305DB7',9,NULL,'CompensationIntended',1,1800000009587936,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C757376F5A592067375305DB7',10,X'51BF6E730AA4D92A4BCF4EAE56B8CD3D','StepCompensated',1,1800000009587936,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C757376F5A592067375305DB7',11,NULL,'CompensationIntended',1,1800000009587936,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C757376F5A592067375305DB7',12,X'B62853D8B556531A3AE6626F48DB27E9','CompensationFailed',1,1800000009587936,'{"step_id":"a","failure":{"code":"FAILED_PRECONDITION","reason":"BARRIER_ROW_MISSING","message":"a test said FAILED_PRECONDITION"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C757376F5A592067375305DB7',13,NULL,'SagaStuck',1,1800000009587936,'{"failure":{"code":"FAILED_PRECONDITION","reason":"BARRIER_ROW_MISSING","message":"a test said FAILED_PRECONDITION"},"step_id":"a","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185C75737AFDB8633958CE75F4BA',1,X'19D2C2E894647FD12321454BA380DA8C','SagaStarted',2,1800000009587937,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086409587937}');
INSERT INTO "events" VALUES(X'01A3185C75737AFDB8633958CE75F4BA',2,NULL,'StepIntended',1,1800000009587937,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C75737AFDB8633958CE75F4BA',3,X'6C551D7A016F80505C10A219453B2635','StepCompleted',1,1800000009587937,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C75737AFDB8633958CE75F4BA',4,NULL,'StepIntended',1,1800000009587937,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C75737AFDB8633958CE75F4BA',5,X'FF8C240AB1ADFA06F887B00258A76FC9','StepCompleted',1,1800000009587937,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C75737AFDB8633958CE75F4BA',6,NULL,'StepIntended',1,1800000009587937,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C75737AFDB8633958CE75F4BA',7,X'C327A94B7ED6FAB99FDAB898C7FCFB51','StepRejected',1,1800000009587937,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C75737AFDB8633958CE75F4BA',8,NULL,'SagaStuck',1,1800000009587937,'{"failure":{"reason":"REFUSED","message":"no"},"step_id":"c","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185C7573701EA607B61550332CB8',1,X'ABE26E102B0FD4E9A6D13D51D9AE45F8','SagaStarted',2,1800000009587938,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086409587938}');
INSERT INTO "events" VALUES(X'01A3185C7573701EA607B61550332CB8',2,NULL,'StepIntended',1,1800000009587938,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7573701EA607B61550332CB8',3,X'FB1BB3749E3D821C001E0440EAE71637','StepCompleted',1,1800000009587938,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7573701EA607B61550332CB8',4,NULL,'StepIntended',1,1800000009587938,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7573701EA607B61550332CB8',5,X'97BD25C72D31DEFA9F4C26E4EE5BFC8A','ExecuteAttemptFailed',1,1800000009587938,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000010373073}');
INSERT INTO "events" VALUES(X'01A3185C7573701EA607B61550332CB8',6,X'387A175BBE75534297AFE72E3572A68A','ExecuteAttemptFailed',1,1800000010373073,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000010841993}');
INSERT INTO "events" VALUES(X'01A3185C7573701EA607B61550332CB8',7,X'7B57475C4E95D4141804EAD18BA3E147','StepFailed',1,1800000010841993,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C7573701EA607B61550332CB8',8,NULL,'SagaStuck',1,1800000010841993,'{"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"step_id":"b","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185C7A59772AB2A9B8A4C0D76560',1,X'8129EAA6870209936131BAA46916C156','SagaStarted',2,1800000010841994,'{"definition_name":"quick","definition_version":1,"definition_hash":"1dd59dc527af777a068861788d540e06389353e9c6efcf15e44365430c545d0c","input":{"json":"{}"},"timeout_time":1800000020841994}');
INSERT INTO "events" VALUES(X'01A3185C7A59772AB2A9B8A4C0D76560',2,NULL,'StepIntended',1,1800000010841994,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7A59772AB2A9B8A4C0D76560',3,X'E066F663EAF872F7656A894E9566820A','StepCompleted',1,1800000010841994,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7A59772AB2A9B8A4C0D76560',4,NULL,'StepIntended',1,1800000010841994,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7A59772AB2A9B8A4C0D76560',5,X'E58D1551B078F0CAEFD2DDD846C73994','StepPending',1,1800000010841994,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7A59772AB2A9B8A4C0D76560',6,X'90E9844D34E7EF3EDEDF965503B4D719','SagaTimedOut',1,1800000020841994,'{}');
INSERT INTO "events" VALUES(X'01A3185C7A59772AB2A9B8A4C0D76560',7,NULL,'CompensationStarted',1,1800000020841994,'{"cause":"TIMED_OUT","failure":{"reason":"TIMED_OUT","message":"the saga''s time was up"}}');
INSERT INTO "events" VALUES(X'01A3185C7A59772AB2A9B8A4C0D76560',8,NULL,'CompensationIntended',1,1800000020841994,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185C7A59772AB2A9B8A4C0D76560',9,X'A5633894BAC1BCCE52009198DA309017','StepCompensated',1,1800000020841994,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7A59772AB2A9B8A4C0D76560',10,NULL,'CompensationIntended',1,1800000020841994,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C7A59772AB2A9B8A4C0D76560',11,X'763B37050B59EACE6C02673E65A3DA66','StepCompensated',1,1800000020841994,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7A59772AB2A9B8A4C0D76560',12,NULL,'SagaCompensated',1,1800000020841994,'{}');
INSERT INTO "events" VALUES(X'01A3185CA16972279E1827478D1BC13A',1,X'51D6AABAC2B43B1355F28105B466A8A2','SagaStarted',2,1800000020841995,'{"definition_name":"impatient","definition_version":1,"definition_hash":"9edcd0b4257574464086d79caf903635f38e2ef83febd55e00f789fc3ebd9a13","input":{"json":"{}"},"timeout_time":1800086420841995}');
INSERT INTO "events" VALUES(X'01A3185CA16972279E1827478D1BC13A',2,NULL,'StepIntended',1,1800000020841995,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185CA16972279E1827478D1BC13A',3,X'2AC22FC0C89ECCCA4DF7F35B195B467E','StepCompleted',1,1800000020841995,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185CA16972279E1827478D1BC13A',4,NULL,'StepIntended',1,1800000020841995,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185CA16972279E1827478D1BC13A',5,X'7AF7EEDB7C5078273BD7D6196AB05D80','StepPending',1,1800000020841995,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185CA16972279E1827478D1BC13A',6,X'D24196B57EFBAC835B30AED5F9F95AEB','StepFailed',1,1800000050841995,'{"step_id":"b","kind":"PENDING_TIMED_OUT","failure":{"reason":"PENDING_TIMED_OUT","message":"no outcome was reported within the step''s pending_timeout"}}');
INSERT INTO "events" VALUES(X'01A3185CA16972279E1827478D1BC13A',7,NULL,'CompensationStarted',1,1800000050841995,'{"cause":"TIMED_OUT","failure":{"reason":"PENDING_TIMED_OUT","message":"no outcome was reported within the step''s pending_timeout"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185CA16972279E1827478D1BC13A',8,NULL,'CompensationIntended',1,1800000050841995,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185CA16972279E1827478D1BC13A',9,X'5F2F55207560CDE4EDF2EC34CF2E4524','CompensationPending',1,1800000050841995,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185CA16972279E1827478D1BC13A',10,X'40449DC779E0E950F3022FD228CB30E7','StepCompensated',1,1800000060841995,'{"step_id":"b","attempt":2}');
INSERT INTO "events" VALUES(X'01A3185CA16972279E1827478D1BC13A',11,NULL,'CompensationIntended',1,1800000060841995,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185CA16972279E1827478D1BC13A',12,X'763015ACB13A3BE8133B8E8D3B5439D7','StepCompensated',1,1800000060841995,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185CA16972279E1827478D1BC13A',13,NULL,'SagaCompensated',1,1800000060841995,'{}');
INSERT INTO "events" VALUES(X'01A3185D3DA97497B0894F5AFCA7CB5F',1,X'BF8E9B2D6270864C385DC16EA7189989','SagaStarted',2,1800000060841996,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086460841996}');
INSERT INTO "events" VALUES(X'01A3185D3DA97497B0894F5AFCA7CB5F',2,NULL,'StepIntended',1,1800000060841996,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3DA97497B0894F5AFCA7CB5F',3,X'3ABCFEB6F884B2DC2F8CF3AA5AD94E3F','StepCompleted',1,1800000060841996,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DA97497B0894F5AFCA7CB5F',4,NULL,'StepIntended',1,1800000060841996,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3DA97497B0894F5AFCA7CB5F',5,X'D5727D1063859CAE0075A0F65B9A5A72','StepPending',1,1800000060841996,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DA97497B0894F5AFCA7CB5F',6,X'40F49C8CED670E40D8B9978AB4707C70','CancelRequested',1,1800000060841997,'{"reason":"changed their mind"}');
INSERT INTO "events" VALUES(X'01A3185D3DA97497B0894F5AFCA7CB5F',7,NULL,'CompensationStarted',1,1800000060841997,'{"cause":"CANCELLED","failure":{"reason":"CANCELLED","message":"the saga was cancelled"}}');
INSERT INTO "events" VALUES(X'01A3185D3DA97497B0894F5AFCA7CB5F',8,NULL,'CompensationIntended',1,1800000060841997,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185D3DA97497B0894F5AFCA7CB5F',9,X'651A0C741B26C8029A474D65DF2A17D6','StepCompensated',1,1800000060841997,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DA97497B0894F5AFCA7CB5F',10,NULL,'CompensationIntended',1,1800000060841997,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185D3DA97497B0894F5AFCA7CB5F',11,X'23430A423D485C7CB6A23F068C7106CB','StepCompensated',1,1800000060841997,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DA97497B0894F5AFCA7CB5F',12,NULL,'SagaCompensated',1,1800000060841997,'{}');
INSERT INTO "events" VALUES(X'01A3185D3DA97213B9EF954E6AABCB78',1,X'8859D704654FF40FA27913B1D192DD5A','SagaStarted',2,1800000060841998,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086460841998}');
INSERT INTO "events" VALUES(X'01A3185D3DA97213B9EF954E6AABCB78',2,NULL,'StepIntended',1,1800000060841998,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3DA97213B9EF954E6AABCB78',3,X'02A7F29797740820E1757423333A5542','StepCompleted',1,1800000060841998,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DA97213B9EF954E6AABCB78',4,NULL,'StepIntended',1,1800000060841998,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3DA97213B9EF954E6AABCB78',5,X'95DBE3466E0BD665C3046790FD51AD66','CancelRequested',1,1800000060841999,'{}');
INSERT INTO "events" VALUES(X'01A3185D3DA97213B9EF954E6AABCB78',6,X'0EE8D8166B99C83BA7476A7C3906EA01','StepCompleted',1,1800000060841999,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DA97213B9EF954E6AABCB78',7,NULL,'StepIntended',1,1800000060841999,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3DA97213B9EF954E6AABCB78',8,X'62BF365106F53A80BBF69DE4E3591AA6','StepCompleted',1,1800000060841999,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DA97213B9EF954E6AABCB78',9,NULL,'SagaCompleted',1,1800000060841999,'{}');
INSERT INTO "events" VALUES(X'01A3185D3DAA739CAFBF5310EE1B8CC4',1,X'0F783EBBB17AC939791F063DF4C61F50','SagaStarted',2,1800000060842000,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086460842000}');
INSERT INTO "events" VALUES(X'01A3185D3DAA739CAFBF5310EE1B8CC4',2,NULL,'StepIntended',1,1800000060842000,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3DAA739CAFBF5310EE1B8CC4',3,X'0266947AA5C9DFF43CAB9D393D157DB6','StepCompleted',1,1800000060842000,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DAA739CAFBF5310EE1B8CC4',4,NULL,'StepIntended',1,1800000060842000,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3DAA739CAFBF5310EE1B8CC4',5,X'87DC768F8A497D9CEF2F2DE84AAC6CBA','CancelRequested',1,1800000060842001,'{}');
INSERT INTO "events" VALUES(X'01A3185D3DAA739CAFBF5310EE1B8CC4',6,X'5C2B7546342DECF800777BA5E4212F38','StepRejected',1,1800000060842001,'{"step_id":"b","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DAA739CAFBF5310EE1B8CC4',7,NULL,'CompensationStarted',1,1800000060842001,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185D3DAA739CAFBF5310EE1B8CC4',8,NULL,'CompensationIntended',1,1800000060842001,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185D3DAA739CAFBF5310EE1B8CC4',9,X'0B315112B7B360C34A3AFE82479F31A5','StepCompensated',1,1800000060842001,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DAA739CAFBF5310EE1B8CC4',10,NULL,'SagaCompensated',1,1800000060842001,'{}');
INSERT INTO "events" VALUES(X'01A3185D3DAA741A82FA4D7A28D2E08E',1,X'18F9DFCA4AEA0CE2BA222F340642D24F','SagaStarted',2,1800000060842002,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086460842002}');
INSERT INTO "events" VALUES(X'01A3185D3DAA741A82FA4D7A28D2E08E',2,NULL,'StepIntended',1,1800000060842002,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3DAA741A82FA4D7A28D2E08E',3,X'C15EB04C6B7B57D9ADB3648DFC1D225F','StepCompleted',1,1800000060842002,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DAA741A82FA4D7A28D2E08E',4,NULL,'StepIntended',1,1800000060842002,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3DAA741A82FA4D7A28D2E08E',5,X'5CD286B3DEE585BCEDB6FB764C403698','StepCompleted',1,1800000060842003,'{"step_id":"b","output":{"json":"{\"n\": 1}"}}');
INSERT INTO "events" VALUES(X'01A3185D3DAA741A82FA4D7A28D2E08E',6,NULL,'StepIntended',1,1800000060842003,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3DAA741A82FA4D7A28D2E08E',7,X'7AE98C1F21DD87E54BB5299BAAB9C7F5','StepCompleted',1,1800000060842003,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DAA741A82FA4D7A28D2E08E',8,NULL,'SagaCompleted',1,1800000060842003,'{}');
INSERT INTO "events" VALUES(X'01A3185D3DAA77E1AD206ADA60900772',1,X'460527404CAD3F6DACDBB537D0CF12F1','SagaStarted',2,1800000060842004,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086460842004}');
INSERT INTO "events" VALUES(X'01A3185D3DAA77E1AD206ADA60900772',2,NULL,'StepIntended',1,1800000060842004,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3DAA77E1AD206ADA60900772',3,X'4CE9FBC19AC142C8589A580D5203BA7E','StepCompleted',1,1800000060842004,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DAA77E1AD206ADA60900772',4,NULL,'StepIntended',1,1800000060842004,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3DAA77E1AD206ADA60900772',5,X'285B97B749A810A3FF501559624B4C62','StepPending',1,1800000060842004,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DAA77E1AD206ADA60900772',6,X'3B36302AED30528B4779DABA792B8BFE','StepFailed',1,1800000060842005,'{"step_id":"b","kind":"PERMANENT","failure":{"reason":"LOST","message":"the parcel is lost"}}');
INSERT INTO "events" VALUES(X'01A3185D3DAA77E1AD206ADA60900772',7,NULL,'CompensationStarted',1,1800000060842005,'{"cause":"FAILED","failure":{"reason":"LOST","message":"the parcel is lost"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185D3DAA77E1AD206ADA60900772',8,NULL,'CompensationIntended',1,1800000060842005,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185D3DAA77E1AD206ADA60900772',9,X'A04D31FB5F9224179F66D5CEC7BB5341','CompensationPending',1,1800000060842005,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DAA77E1AD206ADA60900772',10,X'9D997C447BF8A5BCF461B1E979AB6E15','StepCompensated',1,1800000060842006,'{"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185D3DAA77E1AD206ADA60900772',11,NULL,'CompensationIntended',1,1800000060842006,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185D3DAA77E1AD206ADA60900772',12,X'99C59D23805C1FF8EA0698C6FD54ED9D','CompensationPending',1,1800000060842006,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DAA77E1AD206ADA60900772',13,X'943CE3A86FEEC6AF74EC4DB3BC7EFE14','CompensationFailed',1,1800000060842007,'{"step_id":"a","failure":{"reason":"GONE","message":"nobody can undo it"}}');
INSERT INTO "events" VALUES(X'01A3185D3DAA77E1AD206ADA60900772',14,NULL,'SagaStuck',1,1800000060842007,'{"failure":{"reason":"GONE","message":"nobody can undo it"},"step_id":"a","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185D3DAA78A1BDB18A28EC9F6FBF',1,X'AF30DBD90DE8E16168A6A3F0A2807ECD','SagaStarted',2,1800000060842008,'{"definition_name":"forgetful","definition_version":1,"definition_hash":"3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e","input":{"json":"{}"},"timeout_time":1800086460842008}');
INSERT INTO "events" VALUES(X'01A3185D3DAA78A1BDB18A28EC9F6FBF',2,NULL,'StepIntended',1,1800000060842008,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3DAA78A1BDB18A28EC9F6FBF',3,X'F784B1651F552D2AB546FBE8C1D25153','StepCompleted',1,1800000060842008,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DAA78A1BDB18A28EC9F6FBF',4,NULL,'StepIntended',1,1800000060842008,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3DAA78A1BDB18A28EC9F6FBF',5,X'FCC5559FFFABACE8B45FEB7C00D19CF5','StepPending',1,1800000060842008,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3DAA78A1BDB18A28EC9F6FBF',6,X'9F267A0ED3197217DD2BBA1537436E5C','ExecuteAttemptFailed',1,1800000130842008,'{"step_id":"b","attempt":2,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":0,"used":false}');
INSERT INTO "events" VALUES(X'01A3185D3DAA78A1BDB18A28EC9F6FBF',7,X'8F7373ABE8E394DAF807E24E58C36740','StepCompleted',1,1800000180842008,'{"step_id":"b","output":{},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185D3DAA78A1BDB18A28EC9F6FBF',8,NULL,'SagaCompleted',1,1800000180842008,'{}');
INSERT INTO "events" VALUES(X'01A3185F126A74C98925E4749B575BD1',1,X'752666AE81C78B283592EDFF935D406E','SagaStarted',2,1800000180842009,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086580842009}');
INSERT INTO "events" VALUES(X'01A3185F126A74C98925E4749B575BD1',2,NULL,'StepIntended',1,1800000180842009,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F126A74C98925E4749B575BD1',3,X'D347BDCDDA5117B919F538DCB77EACFE','StepCompleted',1,1800000180842009,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F126A74C98925E4749B575BD1',4,NULL,'StepIntended',1,1800000180842009,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F126A7F8A8B4F2FC15F3F57EB',1,X'D2F6E1716F7B8780CE6CAB44E78DB5E6','SagaStarted',2,1800000180842010,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086580842010}');
INSERT INTO "events" VALUES(X'01A3185F126A7F8A8B4F2FC15F3F57EB',2,NULL,'StepIntended',1,1800000180842010,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F126A7F8A8B4F2FC15F3F57EB',3,X'45A00607B90C305DA0480377E97E8DEE','StepCompleted',1,1800000180842010,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F126A7F8A8B4F2FC15F3F57EB',4,NULL,'StepIntended',1,1800000180842010,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F126A7F8A8B4F2FC15F3F57EB',5,X'6FA84861A6C4716C55504CE4330E52E2','ExecuteAttemptFailed',1,1800000180842010,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000780842010}');
INSERT INTO "events" VALUES(X'01A3185F12CE7C72AD6C797F8F7D9B78',1,X'E3C6083B30901B064E853D2D35913C53','SagaStarted',2,1800000180942010,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086580942010}');
INSERT INTO "events" VALUES(X'01A3185F12CE7C72AD6C797F8F7D9B78',2,NULL,'StepIntended',1,1800000180942010,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F12CE7C72AD6C797F8F7D9B78',3,X'D4489A82B0079E824ABC145CF1B9A9FF','StepCompleted',1,1800000180942010,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F12CE7C72AD6C797F8F7D9B78',4,NULL,'StepIntended',1,1800000180942010,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F12CE7C72AD6C797F8F7D9B78',5,X'CEF8548F8A4B8D2EB3F6C3FEB21AC1E4','StepPending',1,1800000180942010,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F1332767EBC01BFCE6A27E0DF',1,X'618516E8E20492E89F764CC383D93F5D','SagaStarted',2,1800000181042010,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086581042010}');
INSERT INTO "events" VALUES(X'01A3185F1332767EBC01BFCE6A27E0DF',2,NULL,'StepIntended',1,1800000181042010,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F1332767EBC01BFCE6A27E0DF',3,X'9BC8915AFA95A45CDF4721FBCA3FE5DB','StepCompleted',1,1800000181042010,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F1332767EBC01BFCE6A27E0DF',4,NULL,'StepIntended',1,1800000181042010,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F1332767EBC01BFCE6A27E0DF',5,X'B2654329267F76F4326906C135745D66','CancelRequested',1,1800000181042011,'{"reason":"too late?"}');
INSERT INTO "events" VALUES(X'01A3185F133277C5A7A83EE0761EBFD2',1,X'F38FF93F738D717D843E734763CBC1EC','SagaStarted',2,1800000181042011,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086581042011}');
INSERT INTO "events" VALUES(X'01A3185F133277C5A7A83EE0761EBFD2',2,NULL,'StepIntended',1,1800000181042011,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F133277C5A7A83EE0761EBFD2',3,X'4EBEF083EFC9DED4E2D3D4CBDEC69A5A','StepCompleted',1,1800000181042011,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F133277C5A7A83EE0761EBFD2',4,NULL,'StepIntended',1,1800000181042011,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F133277C5A7A83EE0761EBFD2',5,X'FF7B66741AC752E6C39536E7B4E40476','StepCompleted',1,1800000181042011,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F133277C5A7A83EE0761EBFD2',6,NULL,'StepIntended',1,1800000181042011,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F133277C5A7A83EE0761EBFD2',7,X'CA9CD3B988C69AEBE3BFBD8E252F49B9','ExecuteAttemptFailed',1,1800000181042011,'{"step_id":"c","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000781042011}');
INSERT INTO "events" VALUES(X'01A3185F139670CAB8C89B38A8ACB513',1,X'60641D53B21B8FD0622017B34E4AC4D5','SagaStarted',2,1800000181142011,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086581142011}');
INSERT INTO "events" VALUES(X'01A3185F139670CAB8C89B38A8ACB513',2,NULL,'StepIntended',1,1800000181142011,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F139670CAB8C89B38A8ACB513',3,X'C6C96EE848DBC89DF6A8A4446C48E2C5','StepCompleted',1,1800000181142011,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F139670CAB8C89B38A8ACB513',4,NULL,'StepIntended',1,1800000181142011,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F139670CAB8C89B38A8ACB513',5,X'77873F4FEBDAA44D23A815F5DC3A9CCC','StepCompleted',1,1800000181142011,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F139670CAB8C89B38A8ACB513',6,NULL,'StepIntended',1,1800000181142011,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F139670CAB8C89B38A8ACB513',7,X'467316814A99EB8FF71D8B84DF20E281','StepRejected',1,1800000181142011,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F139670CAB8C89B38A8ACB513',8,NULL,'CompensationStarted',1,1800000181142011,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185F139670CAB8C89B38A8ACB513',9,NULL,'CompensationIntended',1,1800000181142011,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185F139670CAB8C89B38A8ACB513',10,X'768B8396588F1B689E07D54F6C381EBB','CompensateAttemptFailed',1,1800000181142011,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000781142011}');
INSERT INTO "events" VALUES(X'01A3185F13FA7F249DD961E6830B54FA',1,X'15D129AFE04C8E9F584FCFE1D3CC4B13','SagaStarted',2,1800000181242011,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086581242011}');
INSERT INTO "events" VALUES(X'01A3185F13FA7F249DD961E6830B54FA',2,NULL,'StepIntended',1,1800000181242011,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F13FA7F249DD961E6830B54FA',3,X'05DA69571FD0D7B9B7EE2702DDFC5BE8','StepCompleted',1,1800000181242011,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F13FA7F249DD961E6830B54FA',4,NULL,'StepIntended',1,1800000181242011,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F13FA7F249DD961E6830B54FA',5,X'2AE33FFFA714AABEA2192D1BA8D20A0F','StepCompleted',1,1800000181242011,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F13FA7F249DD961E6830B54FA',6,NULL,'StepIntended',1,1800000181242011,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F13FA7F249DD961E6830B54FA',7,X'DF5F850C32DDE9451FAC7997708A033A','StepRejected',1,1800000181242011,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F13FA7F249DD961E6830B54FA',8,NULL,'CompensationStarted',1,1800000181242011,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185F13FA7F249DD961E6830B54FA',9,NULL,'CompensationIntended',1,1800000181242011,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185F13FA7F249DD961E6830B54FA',10,X'B98D74EA523F341BDE601EC15F8FB985','CompensationPending',1,1800000181242011,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F145E7EB5A16363698B529B4A',1,X'F55B7BEAFD809A9A9E925B79A6342FA0','SagaStarted',2,1800000181342011,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086581342011}');
INSERT INTO "events" VALUES(X'01A3185F145E7EB5A16363698B529B4A',2,NULL,'StepIntended',1,1800000181342011,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F145E781F96645FA9E8A8529F',1,X'44066542EC38008D331DFD3B27241631','SagaStarted',2,1800000181342011,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086581342011}');
CREATE TABLE installation (
	id TEXT NOT NULL, 
	token_key_id TEXT NOT NULL, 
	create_time INTEGER NOT NULL, 
	CONSTRAINT installation_pk PRIMARY KEY (id), 
	CONSTRAINT installation_token_key FOREIGN KEY(token_key_id) REFERENCES token_keys (key_id)
)
 STRICT

;
INSERT INTO "installation" VALUES('9539ab58fc584a80b59aed2dddb2cb09','29a26427',1800000000000000);
CREATE TABLE participants (
	namespace TEXT NOT NULL, 
	name TEXT NOT NULL, 
	address TEXT NOT NULL, 
	max_concurrent_calls INTEGER NOT NULL, 
	description TEXT NOT NULL, 
	create_time INTEGER NOT NULL, 
	update_time INTEGER NOT NULL, 
	CONSTRAINT participants_pk PRIMARY KEY (namespace, name)
)
 STRICT

;
INSERT INTO "participants" VALUES('default','p','127.0.0.1:1',1000,'{"actions": [{"name": "act", "compensatable": true, "effect_free": false}, {"name": "look", "compensatable": false, "effect_free": true}], "deduplication_retention": 34560000000000, "stable_replies": true}',1,1);
INSERT INTO "participants" VALUES('default','q','127.0.0.1:1',1000,'{"actions": [{"name": "act", "compensatable": true, "effect_free": false}, {"name": "look", "compensatable": false, "effect_free": true}], "deduplication_retention": 34560000000000, "stable_replies": true}',1,1);
INSERT INTO "participants" VALUES('default','forgetful','127.0.0.1:1',1000,'{"actions": [{"name": "act", "compensatable": true, "effect_free": false}, {"name": "look", "compensatable": false, "effect_free": true}], "deduplication_retention": 34560000000000, "stable_replies": false}',1,1);
CREATE TABLE purged (
	namespace TEXT NOT NULL, 
	saga_id TEXT NOT NULL, 
	fingerprint BLOB NOT NULL, 
	state TEXT NOT NULL, 
	end_time INTEGER NOT NULL, 
	purge_time INTEGER NOT NULL, 
	CONSTRAINT purged_pk PRIMARY KEY (namespace, saga_id)
)
 STRICT

;
CREATE TABLE replicas (
	epoch INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	start_time INTEGER NOT NULL, 
	lease_expire_time INTEGER, 
	end_time INTEGER
)
 STRICT

;
INSERT INTO "replicas" VALUES(3,1800000060842009,NULL,1800000181342011);
INSERT INTO "replicas" VALUES(4,1800000181342011,NULL,NULL);
CREATE TABLE saga_labels (
	namespace TEXT NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	start_time INTEGER NOT NULL, 
	uid BLOB NOT NULL, 
	CONSTRAINT saga_labels_pk PRIMARY KEY (namespace, name, value, start_time, uid), 
	CONSTRAINT saga_labels_saga FOREIGN KEY(uid) REFERENCES sagas (uid)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "saga_labels" VALUES('default','shop','north',1800000000000000,X'01A3185C500073868D613E30D8F16ADF');
CREATE TABLE sagas (
	uid BLOB NOT NULL, 
	namespace TEXT NOT NULL, 
	saga_id TEXT NOT NULL, 
	sequence INTEGER NOT NULL, 
	append_id BLOB NOT NULL, 
	state TEXT NOT NULL, 
	cause TEXT, 
	mode TEXT NOT NULL, 
	definition_name TEXT NOT NULL, 
	definition_version INTEGER NOT NULL, 
	definition_hash TEXT NOT NULL, 
	fingerprint BLOB NOT NULL, 
	labels TEXT NOT NULL, 
	start_time INTEGER NOT NULL, 
	timeout_time INTEGER NOT NULL, 
	end_time INTEGER, 
	wake_time INTEGER, 
	owner_epoch INTEGER, 
	claim INTEGER NOT NULL, 
	step_count INTEGER NOT NULL, 
	completed_steps INTEGER NOT NULL, 
	compensated_steps INTEGER NOT NULL, 
	paused INTEGER NOT NULL, 
	quarantine_reason TEXT NOT NULL, 
	quarantine_time INTEGER, 
	CONSTRAINT sagas_pk PRIMARY KEY (uid), 
	CONSTRAINT sagas_key UNIQUE (namespace, saga_id)
)
 STRICT

;
INSERT INTO "sagas" VALUES(X'01A3185C500073868D613E30D8F16ADF','default','completed-in-parallel',10,X'433D2E44FED8B6B8357E44CD3129903A','COMPLETED',NULL,'orchestration','diamond',1,'42b0b5421710644539bb607acd97781f1cf639e46d299f75f4c16b97c98605d2',X'F84C3D0F6EB9B19AFCE92BCAAE2DF3D05628792B7A36054EF9131F2F1E824AC2','{"shop":"north"}',1800000000000000,1800086400000000,1800000000000000,NULL,NULL,1,4,4,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C50007143A6C3F3391A2B8F1F','default','completed-without-its-output',4,X'4A146CF0D98A98E1CF999661F967BDAF','COMPLETED',NULL,'orchestration','mute',1,'099f0c5ee322c53f1bd3fc73dee336d59fdf042d5c7301ca424efc5915189aec',X'F035B345895AE1C69FB97317D88F709A440B430F7F8E1A640F453FFCC711B236','{}',1800000000000001,1800086400000001,1800000000000001,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C5000776FB9D179E06C0FD4F5','default','completed-after-an-outage',10,X'D46D44E5A833B3B84E0F27F9F7A910B6','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000000000002,1800086400000002,1800000001093029,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C544571F9AC0F3459F79B17AE','default','completed-after-repeated-failures',11,X'B95DAC64D892DA5EFC8D5C7D438A96BB','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000001093030,1800086401093030,1800000002556669,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C59FC74108EFBC8D60B21FBAC','default','completed-behind-another-delivery',13,X'963CED8D08AD2833F442E6F0535C3581','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000002556670,1800086402556670,1800000005353078,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C64E97A179B569643D037CDFF','default','compensated-after-a-refusal',13,X'012B51AC263D091212D54E15B55D3ADE','COMPENSATED','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000005353079,1800086405353079,1800000005353079,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C64E9716E810FAA4003BA33DB','default','compensated-after-a-permanent-code',11,X'5E351A7FAB0E49793F993B1D63EA0C06','COMPENSATED','FAILED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000005353080,1800086405353080,1800000005353080,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C64E97BD3ABC1538557E54ACC','default','compensated-after-all-attempts',13,X'578404A624F9DB073D091865576AC6AC','COMPENSATED','ATTEMPTS_EXHAUSTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000005353081,1800086405353081,1800000006105190,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C67D97185A8EA37F7523D2A54','default','compensated-as-a-step-is-blocked',9,X'B9F9911394FD734F0E11CCEAFE3475F0','COMPENSATED','FAILED','orchestration','unresolved',1,'1ca717dc89f3875fc8cc4e19926aae40b335402061cd6bc47616b073ac51c4d9',X'E6514D9DB74A34C8C889E4CA1766E331D894E7A0C1DBE97929436C4AB145C32C','{}',1800000006105191,1800086406105191,1800000006105191,NULL,NULL,1,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C67D9709FAA8A43EF28804790','default','compensated-after-a-forgotten-refusal',12,X'BFD1D56ECC9966977EC2B131EDB20A7E','COMPENSATED','REJECTED','orchestration','forgetful',1,'3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e',X'48C150FCF64F4B5DBC4F1522804950B285CBF1EE9A152A355381F54F17AED0CF','{}',1800000006105192,1800086406105192,1800000007067393,NULL,NULL,1,2,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C6B9B7BCBA3DB01FCAA7C314B','default','compensated-with-patience',16,X'4DE88181807054D700C45A416C533C5E','COMPENSATED','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000007067394,1800086407067394,1800000008381390,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C70BD7C358A8D15D81D296588','default','stuck-in-compensation',13,X'506109E4F355A94B69967F90F680C788','STUCK','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000008381391,1800086408381391,NULL,NULL,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C757376F5A592067375305DB7','default','stuck-as-a-row-is-missing',13,X'B62853D8B556531A3AE6626F48DB27E9','STUCK','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000009587936,1800086409587936,NULL,NULL,NULL,1,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C75737AFDB8633958CE75F4BA','default','stuck-past-the-pivot',8,X'C327A94B7ED6FAB99FDAB898C7FCFB51','STUCK',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000009587937,1800086409587937,NULL,NULL,NULL,1,3,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C7573701EA607B61550332CB8','default','stuck-at-the-pivot',8,X'7B57475C4E95D4141804EAD18BA3E147','STUCK',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000009587938,1800086409587938,NULL,NULL,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C7A59772AB2A9B8A4C0D76560','default','compensated-as-its-time-was-up',12,X'763B37050B59EACE6C02673E65A3DA66','COMPENSATED','TIMED_OUT','orchestration','quick',1,'1dd59dc527af777a068861788d540e06389353e9c6efcf15e44365430c545d0c',X'3235993920E0C3AD52ECA83814E8B9A24BC9CDAE0CD4BD9D143D0B4879EA3B99','{}',1800000010841994,1800000020841994,1800000020841994,NULL,NULL,2,2,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185CA16972279E1827478D1BC13A','default','compensated-as-nobody-reported',13,X'763015ACB13A3BE8133B8E8D3B5439D7','COMPENSATED','TIMED_OUT','orchestration','impatient',1,'9edcd0b4257574464086d79caf903635f38e2ef83febd55e00f789fc3ebd9a13',X'31C9A9642D28A89EFE37705B7081B56DC1D34C97D9A46136F86243A77E162DF1','{}',1800000020841995,1800086420841995,1800000060841995,NULL,NULL,5,2,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3DA97497B0894F5AFCA7CB5F','default','compensated-by-a-cancel',12,X'23430A423D485C7CB6A23F068C7106CB','COMPENSATED','CANCELLED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000060841996,1800086460841996,1800000060841997,NULL,NULL,2,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3DA97213B9EF954E6AABCB78','default','cancelled-too-late-at-the-pivot',9,X'62BF365106F53A80BBF69DE4E3591AA6','COMPLETED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000060841998,1800086460841998,1800000060841999,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3DAA739CAFBF5310EE1B8CC4','default','cancelled-at-a-pivot-that-was-refused',10,X'0B315112B7B360C34A3AFE82479F31A5','COMPENSATED','REJECTED','orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000060842000,1800086460842000,1800000060842001,NULL,NULL,1,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3DAA741A82FA4D7A28D2E08E','default','reported-completed',8,X'7AE98C1F21DD87E54BB5299BAAB9C7F5','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000060842002,1800086460842002,1800000060842003,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3DAA77E1AD206ADA60900772','default','reported-failed-and-its-compensation-too',14,X'943CE3A86FEEC6AF74EC4DB3BC7EFE14','STUCK','FAILED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000060842004,1800086460842004,NULL,NULL,NULL,4,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3DAA78A1BDB18A28EC9F6FBF','default','went-on-after-a-kill',8,X'8F7373ABE8E394DAF807E24E58C36740','COMPLETED',NULL,'orchestration','forgetful',1,'3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e',X'48C150FCF64F4B5DBC4F1522804950B285CBF1EE9A152A355381F54F17AED0CF','{}',1800000060842008,1800086460842008,1800000180842008,NULL,NULL,3,2,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F126A74C98925E4749B575BD1','default','open-executing',4,X'D347BDCDDA5117B919F538DCB77EACFE','RUNNING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000180842009,1800086580842009,NULL,NULL,4,2,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F126A7F8A8B4F2FC15F3F57EB','default','open-before-a-retry',5,X'6FA84861A6C4716C55504CE4330E52E2','RUNNING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000180842010,1800086580842010,NULL,1800000780842010,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F12CE7C72AD6C797F8F7D9B78','default','open-pending',5,X'CEF8548F8A4B8D2EB3F6C3FEB21AC1E4','RUNNING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000180942010,1800086580942010,NULL,1800000240942010,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F1332767EBC01BFCE6A27E0DF','default','open-at-the-pivot-with-a-cancel',5,X'B2654329267F76F4326906C135745D66','RUNNING',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000181042010,1800086581042010,NULL,NULL,3,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F133277C5A7A83EE0761EBFD2','default','open-past-the-pivot',7,X'CA9CD3B988C69AEBE3BFBD8E252F49B9','RUNNING',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000181042011,1800086581042011,NULL,1800000781042011,NULL,1,3,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F139670CAB8C89B38A8ACB513','default','open-compensating',10,X'768B8396588F1B689E07D54F6C381EBB','COMPENSATING','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000181142011,1800086581142011,NULL,1800000781142011,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F13FA7F249DD961E6830B54FA','default','open-with-a-pending-compensation',10,X'B98D74EA523F341BDE601EC15F8FB985','COMPENSATING','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000181242011,1800086581242011,NULL,1800000241242011,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F145E7EB5A16363698B529B4A','default','open-with-the-last-room',2,X'F55B7BEAFD809A9A9E925B79A6342FA0','RUNNING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000181342011,1800086581342011,NULL,NULL,4,1,3,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F145E781F96645FA9E8A8529F','default','open-waiting-for-room',1,X'44066542EC38008D331DFD3B27241631','PENDING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000181342011,1800086581342011,NULL,1800000181342011,NULL,0,3,0,0,0,'',NULL);
CREATE TABLE token_keys (
	key_id TEXT NOT NULL, 
	"key" BLOB NOT NULL, 
	create_time INTEGER NOT NULL, 
	CONSTRAINT token_keys_pk PRIMARY KEY (key_id)
)
 STRICT

;
INSERT INTO "token_keys" VALUES('29a26427',X'768D4DA20804A5EB6CC771B3EC9273896BF1808D0EDE45557D601E2648FA1753',1800000000000000);
CREATE INDEX sagas_by_start ON sagas (namespace, start_time, uid);
CREATE INDEX sagas_by_definition ON sagas (namespace, definition_name, start_time, uid);
CREATE INDEX sagas_by_state ON sagas (namespace, state, start_time, uid) WHERE state <> 'COMPLETED';
CREATE INDEX sagas_open ON sagas (namespace, definition_name, definition_version) WHERE end_time IS NULL;
CREATE INDEX sagas_owned ON sagas (owner_epoch, uid) WHERE owner_epoch IS NOT NULL;
CREATE INDEX sagas_due ON sagas (wake_time, uid) WHERE owner_epoch IS NULL AND wake_time IS NOT NULL;
CREATE INDEX sagas_quarantined ON sagas (namespace, quarantine_time, uid) WHERE quarantine_time IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('replicas',4);
COMMIT;
